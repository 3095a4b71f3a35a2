-- name: length_percentiles
-- question: How long are traces, and how many are too long for a student?
-- grain: one row per teacher, format and granularity
-- param: max_words INTEGER = 1500 -- longest text that a student is given, in words
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: granularity asked for, 1 shortest to 6 longest; NULL where none was
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: p5 (words) 5 of 100 texts are no longer
-- column: p25 (words) 25 of 100 texts are no longer
-- column: p50 (words) 50 of 100 texts are no longer
-- column: p75 (words) 75 of 100 texts are no longer
-- column: p95 (words) 95 of 100 texts are no longer
-- column: p99 (words) 99 of 100 texts are no longer
-- column: over_max (share) of the traces with more than max_words
SELECT
    t.teacher, t.format, t.granularity,
    count(*) AS n_traces,
    quantile_disc(t.n_words, 0.05) AS p5,
    quantile_disc(t.n_words, 0.25) AS p25,
    quantile_disc(t.n_words, 0.50) AS p50,
    quantile_disc(t.n_words, 0.75) AS p75,
    quantile_disc(t.n_words, 0.95) AS p95,
    quantile_disc(t.n_words, 0.99) AS p99,
    count(*) FILTER (t.n_words > $max_words) / count(*) AS over_max
FROM traces AS t
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
GROUP BY t.teacher, t.format, t.granularity
ORDER BY t.teacher, t.format, t.granularity
