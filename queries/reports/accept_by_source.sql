-- name: accept_by_source
-- question: Which share of traces is right for each source and level of problems?
-- grain: one row per source of problems and level
-- column: source of the problem; the level is empty where the source states none
-- column: level of the problem; the level is empty where the source states none
-- column: n_problems (problems) distinct ones
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: n_correct (traces) with an answer shown to be right
-- column: rate (share) correct / all
-- column: low (share) 95 % Wilson interval of the rate
-- column: high (share) 95 % Wilson interval of the rate
WITH cells AS (
    SELECT
        p.source, coalesce(p.level, '') AS level,
        count(DISTINCT t.problem_id) AS n_problems,
        count(*) AS n_traces,
        count(*) FILTER (t.status = 'correct') AS n_correct
    FROM judged AS t
    JOIN problems AS p ON p.problem_key = t.problem_key
    WHERE t.is_solution
    GROUP BY ALL
)
SELECT
    source, level, n_problems, n_traces, n_correct,
    n_correct / n_traces AS rate,
    wilson_low(n_correct, n_traces) AS low,
    wilson_high(n_correct, n_traces) AS high
FROM cells
ORDER BY source, level
