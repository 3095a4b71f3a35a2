-- name: round_outcomes
-- question: What came of each request of a solver: right, wrong, nobody can tell, or nothing yet?
-- grain: one row per request, in no order
-- column: problem_id, format, template_id, teacher_id, sample_index
-- column: outcome: c correct, w wrong or without an answer, u nobody can tell, . not judged yet
-- column: answer: what was stated
-- column: has_gold
SELECT
    r.problem_id, r.format, r.template_id, r.teacher_id, r.sample_index,
    CASE
        WHEN v.status = 'correct' THEN 'c'
        WHEN v.status IN ('incorrect', 'no_answer') THEN 'w'
        WHEN v.status IS NOT NULL OR f.request_id IS NOT NULL THEN 'u'
        ELSE '.'
    END AS outcome,
    t.stated_answer AS answer,
    p.gold IS NOT NULL AS has_gold
FROM requests AS r
LEFT JOIN problems AS p ON p.problem_id = r.problem_id
LEFT JOIN traces AS t ON t.request_id = r.request_id
LEFT JOIN best_verdicts AS v ON v.trace_id = t.trace_id
LEFT JOIN (SELECT DISTINCT request_id FROM outcomes WHERE is_final) AS f ON f.request_id = r.request_id
WHERE r.role = 'solver'
