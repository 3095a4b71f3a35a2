-- name: agent_answers
-- question: What did second models in one role answer?
-- grain: one row per answered request of that role
-- param: role VARCHAR -- verifier or critic
-- column: request_id, text
SELECT t.request_id, x.text
FROM traces AS t
JOIN texts AS x ON x.trace_id = t.trace_id
WHERE t.role = $role
