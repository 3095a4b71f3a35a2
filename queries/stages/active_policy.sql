-- name: active_policy
-- question: Which policy was applied last, and so decides in traces_v?
-- grain: one row, none before the first pass
-- column: policy_id: the policy
SELECT policy_id FROM passes ORDER BY segment DESC, position DESC LIMIT 1
