-- name: filter_questions
-- question: What do the problems that have a trace ask, and how many of their traces are right?
-- grain: one row per problem, in the order of ids
-- column: choices: the options, empty without any
-- column: n_correct (traces) whose verdict is correct
SELECT
    p.problem_id, coalesce(p.question, '') AS question, coalesce(p.choices, []) AS choices,
    p.gold IS NOT NULL AS has_gold, s.n_correct
FROM problems AS p
JOIN (
    SELECT t.problem_id, count(*) FILTER (t.status = 'correct') AS n_correct
    FROM judged_v AS t
    GROUP BY t.problem_id
) AS s ON s.problem_id = p.problem_id
ORDER BY p.problem_id
