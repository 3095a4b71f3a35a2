-- name: explain_find
-- question: Which traces does a person mean?
-- grain: one row per trace whose id begins so, or whose origin has that id; at most 6
-- param: wanted VARCHAR -- an id, its beginning, or the origin's id
-- column: n_steps, n_words: of its text
SELECT
    t.trace_id, t.problem_id, t.format, t.granularity, coalesce(t.teacher, '') AS teacher,
    coalesce(t.source, '') AS source, t.origin, coalesce(t.stated_answer, '') AS stated_answer,
    coalesce(p.question, '') AS question, p.gold, coalesce(t.n_words, 0) AS n_words
FROM traces AS t
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
WHERE t.trace_id = $wanted OR starts_with(t.trace_id, $wanted) OR t.origin_id = $wanted
ORDER BY t.trace_id <> $wanted, t.trace_id
LIMIT 6
