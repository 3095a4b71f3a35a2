-- name: export_pairs
-- question: Which kept traces stand against which wrong ones of the same problem and format?
-- grain: one row per pair, in an order drawn from the seed; every trace stands in one pair at most
-- param: policy_id VARCHAR -- the policy whose pass is exported
-- param: tainted_by VARCHAR = null -- the policy whose pass says which problems stand in a benchmark
-- param: seed INTEGER = 0 -- the pairing and the order
-- column: chosen and rejected: a kept, correct trace; one whose answer was shown to be wrong and that is otherwise
--   sound: no rule but wrong_answer drops it
-- column: as in traces and problems; the texts are read by id beside, for a sort of them would not be bounded in memory
-- column: n_text_chars (characters) of text and reasoning
WITH tainted AS (
    SELECT DISTINCT t.problem_id
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    JOIN traces AS t ON t.trace_id = d.trace_id
    WHERE d.policy_id = $tainted_by AND d.rule = 'contamination' AND d.is_dropped
), sound AS (
    SELECT
        t.trace_id, t.problem_id, t.format, t.status,
        row_number() OVER (
            PARTITION BY t.problem_id, t.format, t.status
            ORDER BY md5(concat_ws(':', CAST($seed AS VARCHAR), t.trace_id))
        ) AS place
    FROM judged_v AS t
    WHERE t.status IN ('correct', 'incorrect') AND t.trace_id IN (
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
), pairs AS (
    SELECT c.trace_id AS chosen, r.trace_id AS rejected
    FROM sound AS c
    JOIN sound AS r ON r.problem_id = c.problem_id AND r.format = c.format AND r.place = c.place
    WHERE c.status = 'correct' AND r.status = 'incorrect'
)
SELECT
    t.trace_id, t.problem_id, p.question, t.format, p.source, p.choices, p.gold, p.licence,
    t.teacher, t.granularity, t.style, t.origin, t.source AS imported_from, t.origin_id, t.request_id,
    u.trace_id AS rejected_trace_id, u.teacher AS rejected_teacher, u.origin AS rejected_origin,
    u.source AS rejected_imported_from, u.origin_id AS rejected_origin_id, u.request_id AS rejected_request_id,
    coalesce(t.n_chars, 0) + coalesce(t.n_reasoning_chars, 0) AS n_text_chars,
    coalesce(u.n_chars, 0) + coalesce(u.n_reasoning_chars, 0) AS rejected_n_text_chars
FROM pairs AS q
JOIN traces AS t ON t.trace_id = q.chosen
JOIN problems AS p ON p.problem_id = t.problem_id
JOIN traces AS u ON u.trace_id = q.rejected
ORDER BY md5(concat_ws(':', CAST($seed AS VARCHAR), t.trace_id))
