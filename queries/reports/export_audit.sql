-- name: export_audit
-- question: What is in each export, and would its policy still let every row in?
-- grain: one row per export
-- column: export_id the export
-- column: format shape of the rows
-- column: path the file or folder
-- column: policy name of the policy
-- column: n_rows (rows) of the export
-- column: n_problems (problems) distinct ones
-- column: n_correct (rows) with an answer shown to be right
-- column: n_revoked (rows) that the last pass of the policy drops now
-- column: n_unknown (rows) of which the store knows no trace; anything but 0 is a fault
SELECT
    e.export_id, e.format, e.path, any_value(p.name) AS policy,
    any_value(e.n_rows) AS n_rows,
    count(DISTINCT t.problem_id) AS n_problems,
    count(*) FILTER (t.status = 'correct') AS n_correct,
    count(*) FILTER (d.is_dropped) AS n_revoked,
    count(r.trace_id) - count(t.trace_id) AS n_unknown
FROM exports AS e
LEFT JOIN export_rows AS r ON r.export_id = e.export_id
LEFT JOIN judged_v AS t ON t.trace_id = r.trace_id
LEFT JOIN policies AS p ON p.policy_id = e.policy_id
LEFT JOIN trace_decisions AS d ON d.trace_id = r.trace_id AND d.policy_id = e.policy_id
GROUP BY e.export_id, e.format, e.path, e.created_at
ORDER BY e.created_at, e.export_id
