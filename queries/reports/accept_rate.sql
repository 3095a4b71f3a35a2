-- name: accept_rate
-- question: Which share of its traces does each teacher get right, by format and granularity?
-- grain: one row per teacher, format and granularity
-- param: min_traces INTEGER = 1 -- leave out cells with fewer traces
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: granularity is NULL where none was asked
-- column: n_traces (traces) in the cell
-- column: n_correct (traces) with an answer shown to be right
-- column: n_incorrect (traces) with an answer shown to be wrong
-- column: n_unknown (traces) that no check could decide, or that nothing checked yet
-- column: rate (share) correct / all, so what nobody could decide counts against the teacher
-- column: low (share) 95 % Wilson interval of the rate
-- column: high (share) 95 % Wilson interval of the rate
WITH cells AS (
    SELECT
        t.teacher, t.format, t.granularity,
        count(*) AS n_traces,
        count(*) FILTER (t.status = 'correct') AS n_correct,
        count(*) FILTER (t.status = 'incorrect') AS n_incorrect
    FROM judged AS t
    WHERE t.is_solution
    GROUP BY t.teacher, t.format, t.granularity
    HAVING count(*) >= $min_traces
)
SELECT
    teacher, format, granularity, n_traces, n_correct, n_incorrect,
    n_traces - n_correct - n_incorrect AS n_unknown,
    n_correct / n_traces AS rate,
    wilson_low(n_correct, n_traces) AS low,
    wilson_high(n_correct, n_traces) AS high
FROM cells
ORDER BY teacher, format, granularity
