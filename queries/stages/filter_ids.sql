-- name: filter_ids
-- question: Under which ids may a file from elsewhere name a trace or its problem?
-- grain: one row per trace
SELECT t.trace_id, coalesce(t.problem_id, '') AS problem_id, coalesce(t.origin_id, '') AS origin_id,
       coalesce(p.origin_id, '') AS problem_origin_id
FROM traces AS t
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
