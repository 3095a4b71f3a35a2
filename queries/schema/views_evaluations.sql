-- One answer of a student to one benchmark problem, with the question; budget 0 is the whole answer.
CREATE OR REPLACE VIEW scores_v AS
SELECT
    e.name AS evaluation, s.evaluation_id, s.model, m.training, m.seed, m.export_id, s.benchmark, s.item_id, i.place,
    i.question, i.gold, s.form, s.sample, s.budget, s.is_forced, s.status, s.reason, s.decided_by, s.answer,
    s.lenient, s.lenient_answer, s.cross_status, p.text, s.n_tokens, s.finish_reason, i.level, i.subject, i.section,
    i.year, e.created_at
FROM scores AS s
JOIN evaluations AS e ON e.evaluation_id = s.evaluation_id
LEFT JOIN evaluated_models AS m ON m.evaluation_id = s.evaluation_id AND m.model = s.model
LEFT JOIN benchmark_items AS i ON i.suite_id = s.suite_id AND i.item_id = s.item_id
LEFT JOIN predictions AS p ON p.prediction_id = s.prediction_id;

-- Accuracy of each student, benchmark, form and budget, by answers; undecided ones are counted apart, not as wrong.
CREATE OR REPLACE VIEW accuracy_v AS
SELECT
    evaluation, evaluation_id, model, training, seed, export_id, benchmark, form, budget, is_forced,
    count(DISTINCT item_id) AS n_problems, count(*) AS n_answers,
    count(*) FILTER (status = 'correct') AS n_correct,
    count(*) FILTER (status = 'no_answer') AS n_no_answer,
    count(*) FILTER (status IN ('undecided', 'error', 'timeout')) AS n_open,
    count(*) FILTER (lenient = 'correct') AS n_lenient,
    count(*) FILTER (finish_reason = 'length') AS n_cut,
    n_correct / n_answers AS accuracy,
    wilson_low(n_correct, n_answers) AS accuracy_low,
    wilson_high(n_correct, n_answers) AS accuracy_high,
    avg(n_tokens) AS mean_tokens,
    any_value(created_at) AS created_at
FROM scores_v
GROUP BY evaluation, evaluation_id, model, training, seed, export_id, benchmark, form, budget, is_forced;
