-- name: browse_trace
-- question: What is there to know of one trace?
-- grain: one row, none when there is no such trace
-- param: trace_id VARCHAR -- the trace
-- param: most_chars INTEGER = 200000 -- texts are cut to this many characters
WITH checks AS (
    SELECT list(struct_pack(
        verifier := verifier, version := coalesce(verifier_version, ''), status := status,
        reason := coalesce(reason, ''), decided_by := coalesce(decided_by, ''),
        detail := coalesce(left(detail_json, 20000), '')
    ) ORDER BY verifier) AS checks
    FROM verdicts WHERE trace_id = $trace_id
), decided AS (
    SELECT list(struct_pack(
        policy := coalesce(p.name, d.policy_id), rule := d.rule, is_dropped := d.is_dropped, value := d.value,
        threshold := d.threshold, evidence := coalesce(left(d.evidence_json, 20000), '')
    ) ORDER BY p.name, coalesce(r.rank, 0)) AS decisions
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    LEFT JOIN policies AS p ON p.policy_id = d.policy_id
    LEFT JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
    WHERE d.trace_id = $trace_id
)
SELECT
    t.trace_id, coalesce(t.problem_id, '') AS problem_id, coalesce(left(p.question, $most_chars), '') AS question,
    coalesce(p.choices, []) AS choices, coalesce(p.gold, '') AS gold, coalesce(t.source, '') AS source,
    coalesce(t.teacher, '') AS teacher, t.format, coalesce(CAST(t.granularity AS VARCHAR), '') AS granularity,
    coalesce(t.style, '') AS style, coalesce(t.role, 'solver') AS role,
    coalesce(t.stated_answer, '') AS stated_answer, coalesce(t.parse_state, '') AS parse_state,
    coalesce(t.finish_reason, '') AS finish_reason, coalesce(t.n_words, 0) AS n_words,
    coalesce(t.n_chars, 0) AS n_chars, CAST(c.cost_usd AS DOUBLE) AS cost_usd,
    coalesce(left(x.text, $most_chars), '') AS text, coalesce(left(x.reasoning, $most_chars), '') AS reasoning,
    coalesce(left(x.program, $most_chars), '') AS program,
    coalesce(left(x.equations, $most_chars), '') AS equations, coalesce(t.request_id, '') AS request_id,
    coalesce(t.origin_id, '') AS origin_id, coalesce(t.label_by, '') AS label_by, t.label,
    coalesce(m.mark, 'none') AS mark, coalesce(m.comment, '') AS comment,
    coalesce((SELECT checks FROM checks), []) AS checks,
    coalesce((SELECT decisions FROM decided), []) AS decisions
FROM traces AS t
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
LEFT JOIN texts AS x ON x.trace_id = t.trace_id
LEFT JOIN completions AS c ON c.request_id = t.request_id
LEFT JOIN marks AS m ON m.trace_id = t.trace_id
WHERE t.trace_id = $trace_id
