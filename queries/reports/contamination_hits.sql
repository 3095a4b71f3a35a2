-- name: contamination_hits
-- question: Which problems stand in a benchmark, by what sign, and how strong is it?
-- grain: one row per policy, problem and item of a benchmark
-- param: max_rows INTEGER = 1000 -- at most this many rows
-- column: policy the policy whose last pass says so
-- column: problem_id its id
-- column: source name of the source
-- column: benchmark name and hash of the benchmark
-- column: item of the benchmark
-- column: matched_by equal, equal_without_numbers, gram13, share5 or contained
-- column: score (share) of the item that is found in the problem
-- column: text the words that they share
-- column: n_traces (traces) dropped for it
WITH hits AS (
    SELECT d.policy_id, t.problem_id, any_value(d.evidence_json) AS evidence, any_value(d.value) AS score,
           count(*) AS n_traces
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    JOIN traces AS t ON t.trace_id = d.trace_id
    WHERE d.rule = 'contamination'
    GROUP BY d.policy_id, t.problem_id
)
SELECT
    p.name AS policy, h.problem_id, q.source,
    h.evidence ->> '$.benchmark' AS benchmark,
    h.evidence ->> '$.item' AS item,
    h.evidence ->> '$.matched_by' AS matched_by,
    h.score,
    h.evidence ->> '$.text' AS text,
    h.n_traces
FROM hits AS h
LEFT JOIN policies AS p ON p.policy_id = h.policy_id
LEFT JOIN problems AS q ON q.problem_id = h.problem_id
ORDER BY policy, benchmark, score DESC, h.problem_id
LIMIT $max_rows
