-- name: export_rows_without_lineage
-- question: Can every exported row be led back to a trace, and a generated one to its request?
-- grain: one row per exported row that cannot
SELECT e.export_id, e.row_number, e.trace_id
FROM export_rows AS e
LEFT JOIN traces AS t USING (trace_id)
LEFT JOIN requests AS r ON r.request_id = t.request_id
WHERE t.trace_id IS NULL OR (t.origin = 'generated' AND r.request_id IS NULL)
