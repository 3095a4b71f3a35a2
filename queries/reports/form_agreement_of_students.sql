-- name: form_agreement_of_students
-- question: Does a student solve the same benchmark problems in each form?
-- grain: one row per student, benchmark and pair of forms; whole answers, sample by sample
-- column: evaluation name of the evaluation's folder
-- column: model label of the student
-- column: benchmark what it was measured on
-- column: form_a the first form
-- column: form_b the second form
-- column: n (answers) that both forms have
-- column: n_both (answers) right in both
-- column: n_only_a (answers) right in the first only
-- column: n_only_b (answers) right in the second only
-- column: n_neither (answers) right in neither
-- column: same_answer (share) of those where both forms give an answer: it is written alike
-- column: either_share (share) right in at least one: what the best choice between the two would reach
SELECT
    a.evaluation, a.model, a.benchmark, a.form AS form_a, b.form AS form_b,
    count(*) AS n,
    count(*) FILTER (a.status = 'correct' AND b.status = 'correct') AS n_both,
    count(*) FILTER (a.status = 'correct' AND b.status <> 'correct') AS n_only_a,
    count(*) FILTER (a.status <> 'correct' AND b.status = 'correct') AS n_only_b,
    count(*) FILTER (a.status <> 'correct' AND b.status <> 'correct') AS n_neither,
    count(*) FILTER (a.answer <> '' AND a.answer = b.answer)
        / nullif(count(*) FILTER (a.answer <> '' AND b.answer <> ''), 0) AS same_answer,
    count(*) FILTER (a.status = 'correct' OR b.status = 'correct') / count(*) AS either_share
FROM scores_v AS a
JOIN scores_v AS b
    ON b.evaluation_id = a.evaluation_id AND b.model = a.model AND b.benchmark = a.benchmark
    AND b.item_id = a.item_id AND b.sample = a.sample AND b.budget = 0 AND b.form > a.form
WHERE a.budget = 0
GROUP BY a.evaluation, a.model, a.benchmark, a.form, b.form
ORDER BY a.evaluation, a.model, a.benchmark, form_a, form_b
