-- name: waves
-- question: What did each round of adaptive sampling or of a cascade ask, solve and cost?
-- grain: one row per round and teacher
-- column: wave 0 is the first round
-- column: teacher who was asked
-- column: n_requests (requests) that were asked
-- column: n_problems (problems) distinct ones
-- column: n_correct (traces) with an answer shown to be right
-- column: n_newly_solved (problems) whose first right trace came in this round
-- column: cost_usd (USD) of all answers, NULL without a price
WITH asked AS (
    SELECT
        r.wave, r.teacher, r.problem_id, count(*) AS n_requests, count(*) FILTER (t.status = 'correct') AS n_correct,
        sum(t.cost_usd) AS cost_usd
    FROM requests AS r
    LEFT JOIN judged AS t ON t.request_key = r.request_key
    WHERE r.role = 'solver'
    GROUP BY r.wave, r.teacher, r.problem_id
), first_solved AS (
    SELECT problem_id, min(wave) AS wave FROM asked WHERE n_correct > 0 GROUP BY problem_id
)
SELECT
    a.wave, a.teacher,
    CAST(sum(a.n_requests) AS BIGINT) AS n_requests,
    count(*) AS n_problems,
    CAST(sum(a.n_correct) AS BIGINT) AS n_correct,
    count(*) FILTER (a.n_correct > 0 AND f.wave = a.wave) AS n_newly_solved,
    sum(a.cost_usd) AS cost_usd
FROM asked AS a
LEFT JOIN first_solved AS f ON f.problem_id = a.problem_id
GROUP BY a.wave, a.teacher
ORDER BY a.wave, a.teacher
