-- name: money_sums
-- question: Is the money of the attempts the money of the answers?
-- grain: one row per run whose sums differ
-- column: attempts_usd (USD) sum over attempts
-- column: answers_usd (USD) sum over answers as they arrived
WITH asked AS (
    SELECT run_id, sum(cost_usd) AS attempts_usd FROM attempts WHERE state = 'answer' GROUP BY run_id
), answered AS (
    SELECT s.run_id, sum(o.cost_usd) AS answers_usd
    FROM outcomes AS o
    JOIN sends AS s USING (request_id, attempt, run_id)
    WHERE o.state = 'answer'
    GROUP BY s.run_id
)
SELECT run_id, attempts_usd, answers_usd
FROM asked
JOIN answered USING (run_id)
WHERE attempts_usd < answers_usd
