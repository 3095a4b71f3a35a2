-- name: decisions_without_rule
-- question: Did a policy drop traces by a rule that it does not have?
-- grain: one row per policy and rule
-- column: n (traces) that it drops
SELECT d.policy_id, d.rule_id, any_value(d.rule) AS rule, count(*) AS n
FROM decisions AS d
ANTI JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
WHERE d.is_dropped
GROUP BY d.policy_id, d.rule_id
