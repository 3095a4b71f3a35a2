-- name: whole_texts
-- question: What would a student read of each solution whose tokens were not counted?
-- grain: one row per trace, in no order
-- param: name VARCHAR -- the name under which counts are stored
-- column: text: question, captured reasoning and answer, a line each
SELECT t.trace_id, concat_ws(chr(10), p.question, nullif(x.reasoning, ''), x.text) AS text
FROM traces AS t
JOIN texts AS x ON x.trace_id = t.trace_id
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
ANTI JOIN (SELECT id FROM measures WHERE name = $name) AS s ON s.id = t.trace_id
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
