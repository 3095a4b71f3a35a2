-- name: explain_verdicts
-- question: What did the checks say of a trace?
-- grain: one row per check
-- param: trace_id VARCHAR -- the trace
SELECT verifier, status, coalesce(reason, '') AS reason, coalesce(decided_by, '') AS decided_by
FROM verdicts
WHERE trace_id = $trace_id
ORDER BY verifier
