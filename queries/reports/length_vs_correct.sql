-- name: length_vs_correct
-- question: Are longer traces right more often?
-- grain: one row per format and tenth of its traces by length
-- column: format cot, pot, eot or other
-- column: tenth 1 shortest to 10 longest; traces of one length stay together, so tenths may differ in size
-- column: min_words (words) range of the tenth
-- column: max_words (words) range of the tenth
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: n_correct (traces) with an answer shown to be right
-- column: rate (share) correct / all
-- column: low (share) 95 % Wilson interval of the rate
-- column: high (share) 95 % Wilson interval of the rate
WITH lengths AS (
    SELECT t.format, t.n_words, count(*) AS n_traces, count(*) FILTER (t.status = 'correct') AS n_correct
    FROM judged AS t
    WHERE t.is_solution
    GROUP BY t.format, t.n_words
), ranked AS (
    SELECT
        *, (sum(n_traces) OVER shorter - n_traces / 2) / sum(n_traces) OVER (PARTITION BY format) AS place,
        least(10, 1 + CAST(floor(10 * place) AS INTEGER)) AS tenth
    FROM lengths
    WINDOW shorter AS (PARTITION BY format ORDER BY n_words)
), cells AS (
    SELECT
        format, tenth, min(n_words) AS min_words, max(n_words) AS max_words,
        CAST(sum(n_traces) AS BIGINT) AS n_traces, CAST(sum(n_correct) AS BIGINT) AS n_correct
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
