-- name: known_problems
-- question: Which problems does the store hold, and how are they found?
-- grain: one row per problem
-- column: problem_id (id)
-- column: origin_id (text)
-- column: question (text)
-- column: gold (text)
SELECT problem_id, origin_id, question, gold FROM problems ORDER BY problem_id
