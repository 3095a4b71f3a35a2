-- name: browse_problems
-- question: What do the problems ask?
-- grain: one row per problem
-- param: most_chars INTEGER = 1000 -- questions are cut to this many characters
SELECT problem_id, coalesce(left(question, $most_chars), '') AS question, coalesce(gold, '') AS gold
FROM problems
