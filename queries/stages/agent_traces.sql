-- name: agent_traces
-- question: Which generated solutions may a second model look at, and what is known of them?
-- grain: one row per solution, repair or rewrite that was generated, ordered by id
-- column: trace_id, role, format, teacher_id, parent_trace_id, parse_state, stated_answer, with_gold
-- column: text, reasoning
-- column: status, reason, detail_json: of the verdict that counts; NULL while nothing checked it
-- column: is_judged: a second model has judged it
-- column: problem_id, source, question, gold, choices, split, subject, level, licence, solution, origin_id
SELECT
    t.trace_id, t.role, t.format, t.teacher_id, t.parent_trace_id, t.parse_state, t.stated_answer, t.with_gold,
    x.text, x.reasoning, v.status, v.reason, v.detail_json, j.trace_id IS NOT NULL AS is_judged,
    p.problem_id, p.source, p.question, p.gold, p.choices, p.split, p.subject, p.level, p.licence, p.solution,
    p.origin_id
FROM traces AS t
JOIN texts AS x ON x.trace_id = t.trace_id
JOIN problems AS p ON p.problem_id = t.problem_id
LEFT JOIN verdicts AS v ON v.trace_id = t.trace_id
    AND v.verifier = CASE t.format WHEN 'pot' THEN 'program' WHEN 'eot' THEN 'equations' ELSE 'answer' END
LEFT JOIN verdicts AS j ON j.trace_id = t.trace_id AND j.verifier = 'judge'
WHERE t.origin = 'generated' AND t.role IN ('solver', 'repair', 'compressor')
ORDER BY t.trace_id
