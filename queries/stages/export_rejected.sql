-- name: export_rejected
-- question: Which traces does a pass keep that a person has rejected since?
-- grain: one row per trace
-- param: policy_id VARCHAR -- the policy whose pass is exported
SELECT m.trace_id
FROM marks AS m
JOIN trace_decisions AS d ON d.trace_id = m.trace_id AND d.policy_id = $policy_id AND NOT d.is_dropped
WHERE m.mark = 'reject'
ORDER BY m.trace_id
