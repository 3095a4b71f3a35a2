-- name: worse_problems
-- question: Which benchmark problems did one student get right and another one not?
-- grain: one row per problem and pair of students that answered it in the same form; single whole answers
-- param: better VARCHAR = null -- label of the student that was right; null: any
-- param: worse VARCHAR = null -- label of the student that was not; null: any
-- param: benchmark VARCHAR = null -- only this benchmark; null: all
-- column: benchmark what was measured
-- column: form how both were asked to answer
-- column: better the student that was right
-- column: worse the student that was not
-- column: question of the benchmark
-- column: gold its answer
-- column: answer what the worse student gave; empty when it gave none
-- column: status of that answer: incorrect, no_answer, or one of which nobody can tell
-- column: text what the worse student wrote
SELECT
    b.benchmark, b.form, a.evaluation || ':' || a.model AS better, b.evaluation || ':' || b.model AS worse,
    b.question, b.gold, b.answer, b.status, b.text
FROM scores_v AS a
JOIN scores_v AS b
    ON b.benchmark = a.benchmark AND b.item_id = a.item_id AND b.gold = a.gold AND b.form = a.form
    AND b.sample = a.sample AND b.budget = 0 AND (b.evaluation_id, b.model) <> (a.evaluation_id, a.model)
WHERE a.status = 'correct' AND b.status <> 'correct' AND a.budget = 0 AND a.sample = 0
  AND ($better IS NULL OR a.model = $better)
  AND ($worse IS NULL OR b.model = $worse)
  AND ($benchmark IS NULL OR a.benchmark = $benchmark)
ORDER BY b.benchmark, b.form, better, worse, b.place
