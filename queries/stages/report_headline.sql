-- name: report_headline
-- question: How large is a store, and what did it cost?
-- grain: one row
-- column: n_problems (problems), n_traces (traces), n_correct (traces), n_incorrect (traces)
-- column: n_teachers (teachers), n_sources (sources) of traces
-- column: cost_usd (USD), maybe_billed_usd (USD); policy: the one applied last; n_exports (exports)
SELECT
    (SELECT count(*) FROM problems) AS n_problems,
    count(*) AS n_traces,
    count(*) FILTER (t.status = 'correct') AS n_correct,
    count(*) FILTER (t.status = 'incorrect') AS n_incorrect,
    count(DISTINCT t.teacher) AS n_teachers,
    count(DISTINCT t.source) AS n_sources,
    (SELECT count(*) FROM exports) AS n_exports,
    (SELECT CAST(sum(cost_usd) AS DOUBLE) FROM spend_v) AS cost_usd,
    (SELECT CAST(sum(maybe_billed_usd) AS DOUBLE) FROM spend_v) AS maybe_billed_usd,
    (
        SELECT p.name FROM passes AS a JOIN policies AS p ON p.policy_id = a.policy_id
        ORDER BY a.created_at DESC, a.segment DESC, a.position DESC LIMIT 1
    ) AS policy
FROM judged_v AS t
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
