-- name: student_training
-- question: Which traces did each student see, whose were they, and what came of it?
-- grain: one row per student, part of its rows, teacher and format
-- column: student_id the student
-- column: path folder of the training
-- column: part train, validation, or dropped
-- column: teacher who wrote the traces; empty for imported traces without one
-- column: format cot, pot, eot or other
-- column: n_traces (traces) of this part
-- column: n_problems (problems) distinct ones
-- column: n_correct (traces) with an answer shown to be right
-- column: mean_words (words) of a trace
-- column: reasons why rows were dropped
-- column: validation_loss (nats) mean over seeds, of the student
-- column: validation_sd (nats) deviation over seeds
SELECT
    s.student_id, s.path, r.part, coalesce(t.teacher, '') AS teacher, t.format,
    count(*) AS n_traces,
    count(DISTINCT t.problem_id) AS n_problems,
    count(*) FILTER (t.status = 'correct') AS n_correct,
    round(avg(t.n_words), 1) AS mean_words,
    string_agg(DISTINCT nullif(r.reason, ''), ', ' ORDER BY nullif(r.reason, '')) AS reasons,
    any_value(s.validation_loss) AS validation_loss,
    any_value(s.validation_sd) AS validation_sd
FROM students_v AS s
JOIN student_rows AS r USING (student_id)
LEFT JOIN judged AS t USING (trace_id)
GROUP BY s.student_id, s.path, s.created_at, r.part, coalesce(t.teacher, ''), t.format
ORDER BY s.created_at, s.student_id, r.part DESC, n_traces DESC, coalesce(t.teacher, ''), t.format
