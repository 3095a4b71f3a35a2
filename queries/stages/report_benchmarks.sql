-- name: report_benchmarks
-- question: How many problems stand in each benchmark, by the last pass of any policy that says so?
-- grain: one row per benchmark, the fullest first
-- column: benchmark its name, without the hash of its items
-- column: n_problems (problems) of the store that are like one of its items
SELECT
    split_part(d.evidence_json ->> '$.benchmark', '@', 1) AS benchmark,
    count(DISTINCT t.problem_id) AS n_problems
FROM decisions AS d
JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
JOIN traces AS t ON t.trace_id = d.trace_id
WHERE d.rule = 'contamination' AND d.is_dropped
GROUP BY ALL
ORDER BY n_problems DESC, benchmark
