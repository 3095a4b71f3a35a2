-- name: student_accuracy
-- question: How accurate is each student, beside the features of the traces it was trained on?
-- grain: one row per evaluation, student, benchmark and form; whole answers only
-- column: evaluation name of the evaluation's folder
-- column: model label of the student
-- column: benchmark what it was measured on
-- column: form how it was asked to answer
-- column: n_answers (answers) that were scored
-- column: accuracy (share) right of all answers
-- column: accuracy_low (share) 95 % Wilson bound, by answers
-- column: accuracy_high (share) 95 % Wilson bound, by answers
-- column: open_share (share) of answers of which nobody can tell
-- column: n_traces (traces) in the export that it was trained on; NULL when the store does not have it
-- column: n_teachers (teachers) of those traces
-- column: mean_steps (steps) per trace
-- column: mean_words (words) per trace
-- column: mean_granularity (level 1 to 6) where it was asked for
-- column: verified_share (share) of traces that a rule found right
-- column: forms of those traces, with their counts
WITH rows AS (
    SELECT r.export_id, r.trace_key
    FROM export_rows AS r
    SEMI JOIN evaluated_models AS e ON e.export_id = r.export_id
), training AS (
    SELECT
        r.export_id, count(*) AS n_traces, count(DISTINCT t.teacher) AS n_teachers, avg(t.n_steps) AS mean_steps,
        avg(t.n_words) AS mean_words, avg(t.granularity) AS mean_granularity,
        count(*) FILTER (t.status = 'correct') / count(*) AS verified_share
    FROM rows AS r
    JOIN judged AS t ON t.trace_key = r.trace_key
    GROUP BY r.export_id
), forms AS (
    SELECT export_id, string_agg(format || ' ' || n, ', ' ORDER BY format) AS forms
    FROM (
        SELECT r.export_id, t.format, count(*) AS n
        FROM rows AS r
        JOIN judged AS t ON t.trace_key = r.trace_key
        GROUP BY r.export_id, t.format
    )
    GROUP BY export_id
)
SELECT
    a.evaluation, a.model, a.benchmark, a.form, a.n_answers, a.accuracy, a.accuracy_low, a.accuracy_high,
    a.n_open / a.n_answers AS open_share,
    t.n_traces, t.n_teachers, t.mean_steps, t.mean_words, t.mean_granularity, t.verified_share, f.forms
FROM accuracy_v AS a
LEFT JOIN training AS t ON t.export_id = a.export_id
LEFT JOIN forms AS f ON f.export_id = a.export_id
WHERE a.budget = 0
ORDER BY a.created_at, a.evaluation, a.benchmark, a.form, a.model
