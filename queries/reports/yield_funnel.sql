-- name: yield_funnel
-- question: How many traces remain at each step from asking to exporting?
-- grain: one row per step, in order
-- param: policy VARCHAR = null -- name of an applied policy; null takes the one applied last
-- column: step asked, answered, readable, decided, correct, kept, exported
-- column: n (traces) that reached the step; asked counts requests and imported traces
-- column: share (share) of what was asked
-- column: meaning what the step says, in words
WITH active AS (
    SELECT a.policy_id, a.run_id
    FROM passes AS a
    JOIN latest_passes AS l ON l.policy_id = a.policy_id AND l.run_id = a.run_id
    LEFT JOIN policies AS p ON p.policy_id = a.policy_id
    WHERE $policy IS NULL OR p.name = $policy
    ORDER BY a.created_at DESC, a.segment DESC, a.position DESC
    LIMIT 1
), solutions AS (
    SELECT
        coalesce(t.parse_state, 'ok') AS parse_state, t.status, t.request_key,
        t.trace_key IN (
            SELECT d.trace_key
            FROM decisions AS d
            WHERE d.rule = 'kept'
              AND d.policy_id = (SELECT policy_id FROM active) AND d.run_id = (SELECT run_id FROM active)
        ) AS is_kept,
        t.trace_key IN (SELECT trace_key FROM export_rows) AS is_exported
    FROM judged AS t
    WHERE t.is_solution
), counts AS (
    SELECT
        count(*) AS answered,
        count(*) FILTER (parse_state = 'ok') AS readable,
        count(*) FILTER (status IN ('correct', 'incorrect')) AS decided,
        count(*) FILTER (status = 'correct') AS correct,
        count(*) FILTER (is_kept) AS kept,
        count(*) FILTER (is_exported) AS exported,
        count(*) FILTER (request_key IS NULL) AS imported
    FROM solutions
), asked AS (
    SELECT count(*) AS n FROM requests AS t WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
), steps AS (
    SELECT 1 AS place, 'asked' AS step, a.n + c.imported AS n, 'requests, and imported traces' AS meaning
    FROM asked AS a, counts AS c
    UNION ALL SELECT 2, 'answered', answered, 'an answer stands in the store' FROM counts
    UNION ALL SELECT 3, 'readable', readable, 'an answer, a program or equations were found in it' FROM counts
    UNION ALL SELECT 4, 'decided', decided, 'a check could tell right from wrong' FROM counts
    UNION ALL SELECT 5, 'correct', correct, 'the answer is right' FROM counts
    UNION ALL SELECT 6, 'kept', kept, 'the policy lets it into a training set' FROM counts
    UNION ALL SELECT 7, 'exported', exported, 'it stands in an export' FROM counts
)
SELECT step, n, n / nullif(max(n) OVER (), 0) AS share, meaning
FROM steps
ORDER BY place
