-- name: gold_suspects
-- question: Which golds may be wrong, because sound traces agree on another value?
-- grain: one row per problem, the strongest agreement first
-- param: max_rows INTEGER = 100 -- at most this many problems
-- column: problem_id its id
-- column: source name of the source
-- column: gold the answer it is checked against
-- column: agreed_value the value that most sound traces reach instead
-- column: n_agree (traces) that reach it
-- column: n_with_gold (traces) sound ones that reach the gold
-- column: n_sound (traces) decided, with no step flagged, made without the gold in view
-- column: agreement (share) n_agree / n_sound
-- column: n_formats (formats) among those that agree
-- column: n_teachers (teachers) among those that agree
SELECT
    problem_id, source, gold, agreed_value, n_agree, n_with_gold, n_sound, agreement, n_formats, n_teachers
FROM gold_suspects_v
ORDER BY n_teachers DESC, n_formats DESC, agreement DESC, n_agree DESC, problem_id
LIMIT $max_rows
