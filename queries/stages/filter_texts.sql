-- name: filter_texts
-- question: Which texts are to be measured?
-- grain: one row per trace, in no order
SELECT x.trace_id, coalesce(x.text, '') AS text
FROM texts AS x
JOIN traces AS t ON t.trace_id = x.trace_id
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
