-- name: traces_to_measure
-- question: Which texts were not measured yet, and which problems have traces that were not compared?
-- grain: one row per trace, the traces of a problem side by side
-- param: version VARCHAR -- the definition of the measures
-- column: n_text_chars (characters) of text and reasoning
-- column: is_measured: its measures stand, of this version and this text
SELECT
    t.trace_id, coalesce(t.problem_id, '') AS problem_id, coalesce(t.text_hash, '') AS text_hash,
    coalesce(t.n_chars, 0) + coalesce(t.n_reasoning_chars, 0) AS n_text_chars,
    f.trace_id IS NOT NULL AND f.text_hash IS NOT DISTINCT FROM coalesce(t.text_hash, '') AS is_measured
FROM traces AS t
LEFT JOIN features AS f ON f.trace_id = t.trace_id AND f.version = $version
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
ORDER BY t.problem_id, t.trace_id
