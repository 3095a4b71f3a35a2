-- name: near_questions
-- question: Which problems are near-copies of each other, and what do they ask?
-- grain: one row per pair
-- param: method VARCHAR -- the definition of the comparison
SELECT p.question AS question_a, q.question AS question_b
FROM near_duplicates AS n
JOIN problems AS p ON p.problem_id = n.a
JOIN problems AS q ON q.problem_id = n.b
WHERE n.scope = 'problems' AND n.method = $method
ORDER BY n.a, n.b
