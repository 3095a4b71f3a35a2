-- name: drop_reasons
-- question: Why were traces dropped, by format and rule?
-- grain: one row per format and rule, and one of the rule `kept` per format
-- param: policy VARCHAR = null -- name of an applied policy; null takes the one applied last
-- column: format the cell; the rule `kept` holds what no rule drops
-- column: rule the cell; the rule `kept` holds what no rule drops
-- column: n_first (traces) that this rule is the first to drop; the rules of a format add up to its traces
-- column: n_dropped (traces) that this rule drops, first or not
-- column: n_alone (traces) that no other rule drops
-- column: share (share) n_first / all traces of the format that were decided
WITH active AS (
    SELECT a.policy_id, a.run_id
    FROM passes AS a
    JOIN latest_passes AS l ON l.policy_id = a.policy_id AND l.run_id = a.run_id
    LEFT JOIN policies AS p ON p.policy_id = a.policy_id
    WHERE $policy IS NULL OR p.name = $policy
    ORDER BY a.created_at DESC, a.segment DESC, a.position DESC
    LIMIT 1
), kept AS (
    SELECT format, 'kept' AS rule, count(*) AS n
    FROM judged
    WHERE trace_key IN (
        SELECT trace_key FROM decisions
        WHERE rule = 'kept'
          AND policy_id = (SELECT policy_id FROM active) AND run_id = (SELECT run_id FROM active)
    )
    GROUP BY format
), dropping AS (
    SELECT t.format, d.trace_key, d.rule, r.rank AS place
    FROM decisions AS d
    JOIN judged AS t ON t.trace_key = d.trace_key
    JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
    WHERE d.is_dropped
      AND d.policy_id = (SELECT policy_id FROM active) AND d.run_id = (SELECT run_id FROM active)
), firsts AS (
    SELECT format, rule, count(*) AS n_first, count(*) FILTER (n_rules = 1) AS n_alone
    FROM (
        SELECT format, trace_key, arg_min(rule, place) AS rule, count(*) AS n_rules
        FROM dropping
        GROUP BY format, trace_key
    )
    GROUP BY format, rule
), cells AS (
    SELECT format, rule, n AS n_first, 0 AS n_dropped, 0 AS n_alone FROM kept
    UNION ALL
    SELECT d.format, d.rule, coalesce(f.n_first, 0), d.n, coalesce(f.n_alone, 0)
    FROM (SELECT format, rule, count(*) AS n FROM dropping GROUP BY format, rule) AS d
    LEFT JOIN firsts AS f ON f.format = d.format AND f.rule = d.rule
)
SELECT
    format, rule, n_first, n_dropped, n_alone,
    n_first / nullif(sum(n_first) OVER (PARTITION BY format), 0) AS share
FROM cells
ORDER BY format, n_first DESC, rule
