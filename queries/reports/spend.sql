-- name: spend
-- question: What was spent, by run and teacher, and what may have been billed without an answer?
-- grain: one row per run and teacher
-- column: run_id the run
-- column: teacher alias of the teacher, or its name in an import
-- column: n_answers (answers) that arrived
-- column: n_tokens_in (tokens) of prompts
-- column: n_tokens_out (tokens) of answers, reasoning included
-- column: cost_usd (USD) of answers; NULL without a price
-- column: n_open (requests) that never came back
-- column: maybe_billed_usd (USD) the worst case of what never came back
SELECT
    run_id, teacher, n_answers, n_tokens_in, n_tokens_out, cost_usd, n_open, maybe_billed_usd
FROM spend_v
ORDER BY run_id, teacher
