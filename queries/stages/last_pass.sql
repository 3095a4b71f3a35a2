-- name: last_pass
-- question: On what was the last complete pass of a policy made?
-- grain: one row, none when the policy was never applied
-- param: policy_id VARCHAR -- the policy
-- column: run_id: the run that made the pass
-- column: inputs: the fingerprint that its run started with
SELECT l.run_id, coalesce(r.config_hash, '') AS inputs
FROM latest_passes AS l
LEFT JOIN runs AS r ON r.run_id = l.run_id
WHERE l.policy_id = $policy_id
