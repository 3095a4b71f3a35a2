-- name: filter_suspects
-- question: Which golds do sound traces agree against?
-- grain: one row per problem
SELECT problem_id, coalesce(gold, '') AS gold, agreed_value, n_agree, agreement FROM gold_suspects_v
