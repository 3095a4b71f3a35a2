-- name: segment_traces
-- question: Which traces does the store hold, and what is known of them?
-- grain: one row per trace, by problem and id
-- column: as in traces_v, without the columns of its problem; the texts are put behind by whoever asks
-- column: n_text_chars (characters) of text, reasoning, program and equations, roughly
SELECT
    t.problem_id, t.trace_id, t.source, t.teacher, t.format, t.granularity, t.style, t.role, t.sample_index, t.wave,
    t.stated_answer, t.status, t.reason, t.decided_by, t.parse_state, t.finish_reason, t.n_steps, t.n_words,
    t.n_chars, c.n_tokens_in, c.n_tokens_out, c.cost_usd, t.with_gold, t.label, t.label_by, m.mark, t.origin,
    t.origin_id, t.request_id, t.run_id, t.parent_trace_id, t.created_at,
    2 * coalesce(t.n_chars, 0) + coalesce(t.n_reasoning_chars, 0) AS n_text_chars
FROM judged_v AS t
LEFT JOIN completions AS c ON c.request_id = t.request_id
LEFT JOIN marks AS m ON m.trace_id = t.trace_id
ORDER BY t.problem_id, t.trace_id
