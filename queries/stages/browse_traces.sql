-- name: browse_traces
-- question: What does a person choose traces by?
-- grain: one row per trace, in an order that does not change
-- column: status of the verdict that counts, unchecked when there is none
-- column: decision kept, the first rule that drops it by the policy applied last, or undecided
-- column: mark accept, reject or none: a person's word
-- column: is_solution false for the turns of verifiers and critics
-- column: n_words (words), cost_usd (USD, 0 without a price)
WITH active AS (
    SELECT a.policy_id, a.run_id
    FROM passes AS a
    JOIN latest_passes AS l ON l.policy_id = a.policy_id AND l.run_id = a.run_id
    ORDER BY a.created_at DESC, a.segment DESC, a.position DESC
    LIMIT 1
), said AS (
    SELECT
        d.trace_id,
        coalesce(arg_min(d.rule, coalesce(r.rank, 0)) FILTER (d.is_dropped), 'kept') AS decision
    FROM decisions AS d
    JOIN active AS a ON a.policy_id = d.policy_id AND a.run_id = d.run_id
    LEFT JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
    GROUP BY d.trace_id
)
SELECT
    t.trace_id, coalesce(t.problem_id, '') AS problem_id, coalesce(t.source, '') AS source,
    coalesce(t.teacher, '') AS teacher, coalesce(t.format, '') AS format,
    coalesce(CAST(t.granularity AS VARCHAR), '') AS granularity, coalesce(p.level, '') AS level,
    coalesce(t.status, 'unchecked') AS status, coalesce(s.decision, 'undecided') AS decision,
    coalesce(m.mark, 'none') AS mark, coalesce(t.stated_answer, '') AS stated_answer,
    coalesce(t.role, 'solver') NOT IN ('verifier', 'critic') AS is_solution,
    coalesce(t.n_words, 0) AS n_words, coalesce(CAST(c.cost_usd AS DOUBLE), 0) AS cost_usd
FROM judged_v AS t
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
LEFT JOIN said AS s ON s.trace_id = t.trace_id
LEFT JOIN marks AS m ON m.trace_id = t.trace_id
LEFT JOIN completions AS c ON c.request_id = t.request_id
ORDER BY t.problem_id, t.trace_id
