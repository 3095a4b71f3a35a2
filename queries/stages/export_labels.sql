-- name: export_labels
-- question: Which answers are to be learned, and which to be avoided?
-- grain: one row per trace whose answer was shown to be right or wrong and that is otherwise sound, in an order
--   drawn from the seed
-- param: policy_id VARCHAR -- the policy whose pass is exported
-- param: tainted_by VARCHAR = null -- the policy whose pass says which problems stand in a benchmark
-- param: seed INTEGER = 0 -- the order
-- column: label: true for a correct trace that the policy keeps; false for an incorrect one that no rule but
--   wrong_answer drops
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
    v.status = 'correct' AS label, coalesce(t.n_chars, 0) + coalesce(t.n_reasoning_chars, 0) AS n_text_chars
FROM traces AS t
JOIN best_verdicts AS v ON v.trace_id = t.trace_id AND v.status IN ('correct', 'incorrect')
JOIN problems AS p ON p.problem_id = t.problem_id
WHERE t.trace_id IN (
        SELECT d.trace_id
        FROM decisions AS d
        JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
        WHERE d.policy_id = $policy_id
        GROUP BY d.trace_id
        HAVING NOT bool_or(d.is_dropped AND d.rule <> 'wrong_answer')
    )
  AND t.problem_id NOT IN (FROM tainted)
  AND NOT coalesce(t.with_gold, false)
  AND coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
ORDER BY md5(concat_ws(':', CAST($seed AS VARCHAR), t.trace_id))
