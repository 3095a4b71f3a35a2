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
), said AS (
    SELECT
        d.trace_id, d.rule,
        row_number() OVER (PARTITION BY d.trace_id ORDER BY coalesce(r.rank, 0)) AS place,
        count(*) OVER (PARTITION BY d.trace_id) AS n_rules
    FROM decisions AS d
    JOIN active AS a ON a.policy_id = d.policy_id AND a.run_id = d.run_id
    LEFT JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
    WHERE d.is_dropped OR d.rule = 'kept'
), cells AS (
    SELECT
        t.format, s.rule,
        count(*) FILTER (s.place = 1) AS n_first,
        count(*) FILTER (s.rule <> 'kept') AS n_dropped,
        count(*) FILTER (s.n_rules = 1 AND s.rule <> 'kept') AS n_alone
    FROM said AS s
    JOIN traces AS t ON t.trace_id = s.trace_id
    GROUP BY t.format, s.rule
)
SELECT
    format, rule, n_first, n_dropped, n_alone,
    n_first / nullif(sum(n_first) OVER (PARTITION BY format), 0) AS share
FROM cells
ORDER BY format, n_first DESC, rule
