-- name: explain_decisions
-- question: What does the last pass of each policy of a name say of a trace?
-- grain: one row per decision, the latest pass first
-- param: trace_id VARCHAR -- the trace
-- param: policy VARCHAR -- the policy's name
SELECT d.policy_id, d.rule_id, d.rule, d.is_dropped, d.value, d.threshold, coalesce(d.evidence_json, '{}') AS evidence
FROM decisions AS d
JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
JOIN passes AS a ON a.policy_id = l.policy_id AND a.run_id = l.run_id
JOIN policies AS p ON p.policy_id = d.policy_id
LEFT JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
WHERE d.trace_id = $trace_id AND p.name = $policy
ORDER BY a.created_at DESC, a.segment DESC, a.position DESC, coalesce(r.rank, 0), d.rule
