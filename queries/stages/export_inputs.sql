-- name: export_inputs
-- question: What would an export of a policy's pass hold?
-- grain: one row
-- param: policy_id VARCHAR -- the policy whose pass is exported
-- param: tainted_by VARCHAR = null -- the policy whose pass says which problems stand in a benchmark
-- column: n_traces, n_decided, n_kept (traces)
-- column: n_tainted (traces) kept by the policy, but of a problem that stands in a benchmark
-- column: fingerprint: order-free hash of the rows and their texts
WITH tainted AS (
    SELECT DISTINCT t.problem_id
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    JOIN traces AS t ON t.trace_id = d.trace_id
    WHERE d.policy_id = $tainted_by AND d.rule = 'contamination' AND d.is_dropped
), decided AS (
    SELECT trace_id, is_dropped, place FROM trace_decisions WHERE policy_id = $policy_id
)
SELECT
    count(*) AS n_traces,
    count(d.trace_id) AS n_decided,
    count(*) FILTER (NOT d.is_dropped) AS n_kept,
    count(*) FILTER (NOT d.is_dropped AND t.problem_id IN (FROM tainted)) AS n_tainted,
    CAST(bit_xor(md5_number(concat_ws(
        '|', t.trace_id, t.text_hash, t.n_reasoning_chars, t.status, d.is_dropped, t.problem_id IN (FROM tainted),
        p.licence, p.gold, t.teacher, d.place
    ))) AS VARCHAR) AS fingerprint
FROM judged_v AS t
LEFT JOIN decided AS d ON d.trace_id = t.trace_id
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
