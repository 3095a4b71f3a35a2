-- name: filter_questions
-- question: Which problems are to be compared with benchmarks?
-- grain: one row per problem that has a trace, in no order
SELECT p.problem_id, p.question
FROM problems AS p
SEMI JOIN traces AS t ON t.problem_id = p.problem_id
