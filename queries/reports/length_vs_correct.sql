-- name: length_vs_correct
-- question: Are longer traces right more often?
-- grain: one row per format and tenth of its traces by length
-- column: format cot, pot, eot or other
-- column: tenth 1 shortest to 10 longest
-- column: min_words (words) range of the tenth
-- column: max_words (words) range of the tenth
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: n_correct (traces) with an answer shown to be right
-- column: rate (share) correct / all
-- column: low (share) 95 % Wilson interval of the rate
-- column: high (share) 95 % Wilson interval of the rate
WITH ranked AS (
    SELECT t.format, t.n_words, t.status, ntile(10) OVER (PARTITION BY t.format ORDER BY t.n_words) AS tenth
    FROM judged_v AS t
    WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
), cells AS (
    SELECT
        format, tenth, min(n_words) AS min_words, max(n_words) AS max_words, count(*) AS n_traces,
        count(*) FILTER (status = 'correct') AS n_correct
    FROM ranked
    GROUP BY format, tenth
)
SELECT
    format, tenth, min_words, max_words, n_traces, n_correct,
    n_correct / n_traces AS rate,
    wilson_low(n_correct, n_traces) AS low,
    wilson_high(n_correct, n_traces) AS high
FROM cells
ORDER BY format, tenth
