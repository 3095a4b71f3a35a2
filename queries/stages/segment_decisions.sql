-- name: segment_decisions
-- question: What do the latest passes say of each trace?
-- grain: one row per policy, trace and rule, by id
SELECT
    t.problem_id, d.trace_id, p.name AS policy, d.policy_id, d.rule, d.rule_id, d.is_dropped, d.value, d.threshold,
    d.evidence_json
FROM decisions AS d
JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
JOIN traces AS t ON t.trace_id = d.trace_id
LEFT JOIN policies AS p ON p.policy_id = d.policy_id
ORDER BY t.problem_id, d.trace_id, d.policy_id, d.rule_id
