-- name: texts_of
-- question: What do these traces say?
-- grain: one row per trace, in no order
-- param: trace_ids VARCHAR -- a list of ids
SELECT x.trace_id, coalesce(x.text, '') AS text, coalesce(x.reasoning, '') AS reasoning
FROM texts AS x
SEMI JOIN (SELECT unnest(CAST($trace_ids AS VARCHAR[])) AS trace_id) AS w ON w.trace_id = x.trace_id
