-- name: complexity_vs_teacher
-- question: Does a teacher that writes more steps and words get more of its traces right (study C)?
-- grain: one row per source, teacher, format and granularity
-- param: min_traces INTEGER = 1 -- leave out cells with fewer traces
-- column: source of the problems
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: granularity asked for, 1 shortest to 6 longest; NULL where none was
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: mean_steps (steps) lines, statements or equations of a trace
-- column: mean_words (words) of a trace
-- column: rate (share) correct / all
-- column: low (share) lower bound of the 95 % Wilson interval
-- column: high (share) upper bound of the 95 % Wilson interval
-- column: steps_correlation (-1 to 1) Pearson's, between steps and being right within the cell; NULL where one of
--   them does not vary
-- column: words_correlation (-1 to 1) the same between words and being right
WITH said AS (
    SELECT
        p.source, t.teacher, t.format, t.granularity, t.n_steps, t.n_words,
        CAST(coalesce(t.status = 'correct', false) AS INTEGER) AS is_correct
    FROM judged AS t
    LEFT JOIN problems AS p ON p.problem_key = t.problem_key
    WHERE t.is_solution
), cells AS (
    SELECT
        source, teacher, format, granularity, count(*) AS n_traces, avg(n_steps) AS mean_steps,
        avg(n_words) AS mean_words, sum(is_correct) AS n_correct,
        corr(n_steps, is_correct) AS steps_correlation, corr(n_words, is_correct) AS words_correlation
    FROM said
    GROUP BY source, teacher, format, granularity
)
SELECT
    source, teacher, format, granularity, n_traces, mean_steps, mean_words,
    n_correct / n_traces AS rate, wilson_low(n_correct, n_traces) AS low, wilson_high(n_correct, n_traces) AS high,
    CASE WHEN isfinite(steps_correlation) THEN steps_correlation END AS steps_correlation,
    CASE WHEN isfinite(words_correlation) THEN words_correlation END AS words_correlation
FROM cells
WHERE n_traces >= $min_traces
ORDER BY source, teacher, format, granularity
