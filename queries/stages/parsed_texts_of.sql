-- name: parsed_texts_of
-- question: What do these traces say, and which program and equations were found in them?
-- grain: one row per trace, in no order
-- param: trace_ids VARCHAR -- a list of ids
SELECT x.trace_id, x.text, x.reasoning, x.program, x.equations
FROM texts AS x
SEMI JOIN (SELECT unnest(CAST($trace_ids AS VARCHAR[])) AS trace_id) AS w ON w.trace_id = x.trace_id
