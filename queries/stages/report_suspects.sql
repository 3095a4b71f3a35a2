-- name: report_suspects
-- question: What do the problems ask whose gold sound traces agree against?
-- grain: one row per problem, the strongest agreement first
-- param: max_rows INTEGER = 20 -- at most this many problems
SELECT
    g.source, coalesce(left(p.question, 400), '') AS question, coalesce(g.gold, '') AS gold,
    coalesce(g.agreed_value, '') AS agreed_value, g.n_agree, g.n_sound, g.n_teachers, g.n_formats
FROM gold_suspects_v AS g
JOIN problems AS p ON p.problem_id = g.problem_id
ORDER BY g.n_teachers DESC, g.n_formats DESC, g.agreement DESC, g.n_agree DESC, g.problem_id
LIMIT $max_rows
