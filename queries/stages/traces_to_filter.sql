-- name: traces_to_filter
-- question: What do filter rules need to know of each solution?
-- grain: one row per trace, the traces of a problem side by side
-- param: problem_id VARCHAR = null -- only this problem's traces
-- column: trace_id, problem_id, format, norm_hash: as in traces
-- column: status, reason: of the verdict that counts, NULL when nothing was checked yet
-- column: failed_rewrite: why a compressor's rewrite is no good, empty for all else
-- column: flags: the step checks that flag the reasoning
-- column: mark, mark_comment: a person's word, empty when there is none
-- column: n_read_chars (characters) of question, captured reasoning and answer
-- column: cost_usd (USD) of the request, NULL for imports and without a price
SELECT
    t.trace_id, coalesce(t.problem_id, '') AS problem_id, t.format, coalesce(t.norm_hash, '') AS norm_hash,
    t.status, coalesce(t.reason, '') AS reason, t.parse_state, t.finish_reason,
    coalesce(t.with_gold, false) AS with_gold, c.cost_usd, coalesce(t.source, '') AS source,
    coalesce(t.teacher, '') AS teacher, t.granularity, t.stated_answer IS NOT NULL AS has_answer,
    coalesce(t.n_words, 0) AS n_words, coalesce(t.n_chars, 0) AS n_chars,
    CASE WHEN t.role = 'compressor' AND coalesce(w.status, '') <> 'correct' THEN coalesce(w.reason, 'unchecked')
        ELSE '' END AS failed_rewrite,
    coalesce(f.flags, []) AS flags,
    coalesce(nullif(m.mark, 'none'), '') AS mark, coalesce(m.comment, '') AS mark_comment,
    coalesce(p.subject, '') AS subject, coalesce(p.level, '') AS level, coalesce(t.n_steps, 0) AS n_steps,
    p.gold IS NOT NULL AS has_gold,
    length(coalesce(p.question, '')) + coalesce(t.n_reasoning_chars, 0) + coalesce(t.n_chars, 0) AS n_read_chars
FROM judged_v AS t
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
LEFT JOIN completions AS c ON c.request_id = t.request_id
LEFT JOIN verdicts AS w ON w.trace_id = t.trace_id AND w.verifier = 'compression'
LEFT JOIN marks AS m ON m.trace_id = t.trace_id
LEFT JOIN (SELECT trace_id, list(verifier ORDER BY verifier) AS flags FROM flags_v GROUP BY trace_id) AS f
    ON f.trace_id = t.trace_id
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
  AND ($problem_id IS NULL OR t.problem_id = $problem_id)
ORDER BY t.problem_id, t.trace_id
