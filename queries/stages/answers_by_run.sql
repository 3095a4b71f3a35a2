-- name: answers_by_run
-- question: What was answered in a store, by request?
-- grain: one row per answered request
-- column: request_id, text, reasoning, finish_reason
-- column: n_tokens_out (tokens), cost_usd (USD)
SELECT t.request_id, x.text, x.reasoning, c.finish_reason, c.n_tokens_out, c.cost_usd
FROM traces AS t
JOIN texts AS x ON x.trace_id = t.trace_id
JOIN completions AS c ON c.request_id = t.request_id
ORDER BY t.request_id
