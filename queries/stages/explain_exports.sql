-- name: explain_exports
-- question: In which exports does a trace stand?
-- grain: one row per export
-- param: trace_id VARCHAR -- the trace
SELECT e.path, e.format, coalesce(p.name, '') AS policy, x.row_number
FROM export_rows AS x
JOIN exports AS e ON e.export_id = x.export_id
LEFT JOIN policies AS p ON p.policy_id = e.policy_id
WHERE x.trace_id = $trace_id
ORDER BY e.created_at, e.path
