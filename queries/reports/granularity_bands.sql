-- name: granularity_bands
-- question: Does the granularity that was asked for show in steps and words, and in the share of right
--   answers?
-- grain: one row per format, granularity and style
-- column: format cot, pot, eot or other
-- column: granularity asked for, 1 shortest to 6 longest; NULL where none was
-- column: style plain, sub-questions, rephrase, symbolic or answer-only
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: n_teachers (teachers) distinct ones
-- column: mean_steps (steps) lines, statements or equations of a trace
-- column: p10 (words) 10 of 100 texts are no longer
-- column: p50 (words) 50 of 100 texts are no longer
-- column: p90 (words) 90 of 100 texts are no longer
-- column: rate (share) correct / all
SELECT
    t.format, t.granularity, coalesce(t.style, '') AS style,
    count(*) AS n_traces,
    count(DISTINCT t.teacher) AS n_teachers,
    avg(t.n_steps) AS mean_steps,
    quantile_disc(t.n_words, 0.1) AS p10,
    quantile_disc(t.n_words, 0.5) AS p50,
    quantile_disc(t.n_words, 0.9) AS p90,
    count(*) FILTER (t.status = 'correct') / count(*) AS rate
FROM judged AS t
WHERE t.is_solution
GROUP BY t.format, t.granularity, coalesce(t.style, '')
ORDER BY t.format, t.granularity, style
