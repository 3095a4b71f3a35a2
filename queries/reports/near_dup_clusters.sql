-- name: near_dup_clusters
-- question: Which traces or problems say the same with small edits, and which of them was kept?
-- grain: one row per policy, rule and cluster, by the policies' last passes
-- param: max_rows INTEGER = 1000 -- at most this many rows, the largest clusters first
-- column: policy the policy whose last pass says so
-- column: rule near_duplicate (traces of a problem) or duplicate_problem
-- column: kept_id of the member that stays
-- column: source of the kept trace's problem, NULL for clusters of problems
-- column: n_dropped (traces) dropped for it
-- column: min_similarity (share) of 5-word windows that the dropped member least like the cluster shares with it
-- column: mean_similarity (share) the mean over the dropped
-- column: n_teachers (teachers) of the dropped
WITH copies AS (
    SELECT d.policy_id, d.rule, d.evidence_json ->> '$.kept' AS kept_id, d.trace_key, d.value
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    WHERE d.rule IN ('near_duplicate', 'duplicate_problem') AND d.is_dropped
), clusters AS (
    SELECT
        c.policy_id, c.rule, c.kept_id, count(*) AS n_dropped, min(c.value) AS min_similarity,
        avg(c.value) AS mean_similarity, count(DISTINCT t.teacher) AS n_teachers
    FROM copies AS c
    JOIN judged AS t ON t.trace_key = c.trace_key
    GROUP BY c.policy_id, c.rule, c.kept_id
)
SELECT
    p.name AS policy, c.rule, c.kept_id, q.source, c.n_dropped, c.min_similarity, c.mean_similarity, c.n_teachers
FROM clusters AS c
LEFT JOIN policies AS p ON p.policy_id = c.policy_id
LEFT JOIN judged AS k ON k.trace_id = c.kept_id
LEFT JOIN problems AS q ON q.problem_id = k.problem_id
ORDER BY c.n_dropped DESC, policy, c.kept_id
LIMIT $max_rows
