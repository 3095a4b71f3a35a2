-- name: passes
-- question: Which policies were applied, and with which rules?
-- grain: one row per policy with a complete pass, the latest first
-- column: policy_id, name: of the policy; run_id: of its last complete pass
-- column: inputs: the fingerprint that the pass started with
-- column: params: parameters of its contamination rule as JSON, NULL without one
SELECT
    l.policy_id, any_value(p.name) AS name, any_value(l.run_id) AS run_id,
    coalesce(any_value(r.config_hash), '') AS inputs,
    any_value(c.params_json) FILTER (c.name = 'contamination') AS params
FROM latest_passes AS l
JOIN passes AS a ON a.policy_id = l.policy_id AND a.run_id = l.run_id
LEFT JOIN policies AS p ON p.policy_id = l.policy_id
LEFT JOIN runs AS r ON r.run_id = l.run_id
LEFT JOIN rules AS c ON c.policy_id = l.policy_id
GROUP BY l.policy_id
ORDER BY max(struct_pack(a.segment, a.position)) DESC
