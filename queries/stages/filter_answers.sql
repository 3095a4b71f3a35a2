-- name: filter_answers
-- question: Which value did each solution reach by itself: stated, computed or solved?
-- grain: one row per trace that reached one
SELECT t.trace_id, coalesce(v.detail_json ->> '$.answer', t.stated_answer) AS answer
FROM traces AS t
LEFT JOIN verdicts AS v ON v.trace_id = t.trace_id
    AND v.verifier = CASE t.format WHEN 'pot' THEN 'program' WHEN 'eot' THEN 'equations' ELSE 'answer' END
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic') AND answer IS NOT NULL
