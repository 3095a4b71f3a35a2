-- name: segment_problems
-- question: Which problems does the store hold?
-- grain: one row per problem, by id
SELECT problem_id, source, split, question, gold, choices, subject, level, licence, solution, origin_id
FROM problems
ORDER BY problem_id
