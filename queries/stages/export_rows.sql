-- name: export_rows
-- question: Which traces does a policy let into an export?
-- grain: one row per kept trace, in the order that the policy asks for, else drawn from the seed
-- param: policy_id VARCHAR -- the policy whose pass is exported
-- param: tainted_by VARCHAR = null -- the policy whose pass says which problems stand in a benchmark
-- param: seed INTEGER = 0 -- the order
-- column: as in traces and problems; the texts are read by id beside, for a sort of them would not be bounded in memory
-- column: n_text_chars (characters) of text and reasoning
WITH tainted AS (
    SELECT DISTINCT t.problem_id
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    JOIN traces AS t ON t.trace_id = d.trace_id
    WHERE d.policy_id = $tainted_by AND d.rule = 'contamination' AND d.is_dropped
)
SELECT
    t.trace_id, t.problem_id, p.question, t.format, p.source, p.choices, p.gold, p.licence,
    t.teacher, t.granularity, t.style, t.origin, t.source AS imported_from, t.origin_id, t.request_id,
    coalesce(t.n_chars, 0) + coalesce(t.n_reasoning_chars, 0) AS n_text_chars
FROM traces AS t
JOIN trace_decisions AS d ON d.trace_id = t.trace_id AND d.policy_id = $policy_id AND NOT d.is_dropped
JOIN problems AS p ON p.problem_id = t.problem_id
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
  AND t.problem_id NOT IN (FROM tainted)
ORDER BY d.place NULLS FIRST, md5(concat_ws(':', CAST($seed AS VARCHAR), t.trace_id))
