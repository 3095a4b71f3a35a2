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
WITH dropped AS (
    SELECT d.policy_id, d.trace_key
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    WHERE d.is_dropped AND d.policy_id IN (SELECT policy_id FROM exports)
), revoked AS (
    SELECT r.export_id, count(*) AS n
    FROM export_rows AS r
    JOIN exports AS e ON e.export_id = r.export_id
    SEMI JOIN dropped AS d ON d.trace_key = r.trace_key AND d.policy_id = e.policy_id
    GROUP BY r.export_id
), problems_held AS (
    SELECT
        r.export_id, t.problem_key, count(*) FILTER (t.status = 'correct') AS n_correct,
        count(*) FILTER (t.trace_key IS NULL) AS n_unknown
    FROM export_rows AS r
    LEFT JOIN judged AS t ON t.trace_key = r.trace_key
    GROUP BY r.export_id, t.problem_key
), holds AS (
    SELECT
        export_id, count(problem_key) AS n_problems, CAST(sum(n_correct) AS BIGINT) AS n_correct,
        CAST(sum(n_unknown) AS BIGINT) AS n_unknown
    FROM problems_held
    GROUP BY export_id
)
SELECT
    e.export_id, e.format, e.path, p.name AS policy, e.n_rows, coalesce(h.n_problems, 0) AS n_problems,
    coalesce(h.n_correct, 0) AS n_correct, coalesce(v.n, 0) AS n_revoked, coalesce(h.n_unknown, 0) AS n_unknown
FROM exports AS e
LEFT JOIN holds AS h ON h.export_id = e.export_id
LEFT JOIN revoked AS v ON v.export_id = e.export_id
LEFT JOIN policies AS p ON p.policy_id = e.policy_id
ORDER BY e.created_at, e.export_id
