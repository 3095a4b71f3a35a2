-- name: cost_per_accepted
-- question: What does an accepted trace cost, by teacher and format?
-- grain: one row per teacher and format with at least one answer of a request
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: n_traces (traces) answers to requests; imports cost nothing here
-- column: n_correct (traces) answers to requests; imports cost nothing here
-- column: cost_usd (USD) of all answers, wrong ones and those of second agents too; NULL without a price
-- column: usd_per_correct (USD) cost of one right trace
-- column: n_tokens_out (tokens) written by the teacher, reasoning included
-- column: tokens_per_correct (tokens) written for one right trace
SELECT
    t.teacher, t.format,
    count(*) FILTER (t.is_solution) AS n_traces,
    count(*) FILTER (t.is_solution AND t.status = 'correct') AS n_correct,
    sum(t.cost_usd) AS cost_usd,
    CAST(sum(t.cost_usd) AS DOUBLE) / nullif(n_correct, 0) AS usd_per_correct,
    sum(t.n_tokens_out) AS n_tokens_out,
    sum(t.n_tokens_out) / nullif(n_correct, 0) AS tokens_per_correct
FROM judged AS t
WHERE t.request_key IS NOT NULL
GROUP BY t.teacher, t.format
ORDER BY t.teacher, t.format
