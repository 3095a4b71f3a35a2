-- name: decisions_cover_all
-- question: Is every trace that a policy decided on either kept or dropped, once?
-- grain: one row per policy whose kept and dropped traces are not all
-- column: n_decided (traces) with a decision
-- column: n_kept (traces) kept
-- column: n_dropped (traces) dropped
SELECT
    policy_id,
    (SELECT count(DISTINCT d.trace_id) FROM decisions AS d JOIN latest_passes AS l USING (policy_id, run_id)
     WHERE d.policy_id = t.policy_id) AS n_decided,
    count(*) FILTER (NOT is_dropped) AS n_kept,
    count(*) FILTER (is_dropped) AS n_dropped
FROM trace_decisions AS t
GROUP BY policy_id
HAVING n_decided <> n_kept + n_dropped
