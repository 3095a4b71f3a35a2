-- name: report_samples
-- question: Which traces show best what a store holds: some of each outcome, the dropped ones first?
-- grain: one row per trace, drawn from the seed, with its problem, texts, checks and decisions
-- param: seed INTEGER = 0 -- the draw
-- param: n INTEGER = 200 -- at most this many traces
-- param: most_chars INTEGER = 6000 -- texts are cut to this many characters
WITH active AS (
    SELECT a.policy_id, a.run_id
    FROM passes AS a
    JOIN latest_passes AS l ON l.policy_id = a.policy_id AND l.run_id = a.run_id
    ORDER BY a.created_at DESC, a.segment DESC, a.position DESC
    LIMIT 1
), said AS (
    SELECT
        d.trace_id, bool_or(d.is_dropped) AS is_dropped,
        arg_min(d.rule, coalesce(r.rank, 0)) AS first_rule,
        list(struct_pack(
            rule := d.rule, value := d.value, threshold := d.threshold, evidence := coalesce(d.evidence_json, '')
        ) ORDER BY coalesce(r.rank, 0)) FILTER (d.is_dropped) AS drops
    FROM decisions AS d
    JOIN active AS a ON a.policy_id = d.policy_id AND a.run_id = d.run_id
    LEFT JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
    GROUP BY d.trace_id
), placed AS (
    SELECT
        t.trace_id, coalesce(s.is_dropped, false) AS is_dropped,
        coalesce(s.first_rule, t.status, 'unchecked') AS outcome,
        row_number() OVER (
            PARTITION BY coalesce(s.first_rule, t.status, 'unchecked')
            ORDER BY md5(concat_ws(':', CAST($seed AS VARCHAR), t.trace_id))
        ) AS place
    FROM judged_v AS t
    LEFT JOIN said AS s ON s.trace_id = t.trace_id
    WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
), picked AS (
    SELECT * FROM placed ORDER BY place, outcome LIMIT $n
), checks AS (
    SELECT trace_id, list(struct_pack(
        verifier := verifier, status := status, reason := coalesce(reason, ''), decided_by := coalesce(decided_by, '')
    ) ORDER BY verifier) AS checks
    FROM verdicts
    WHERE trace_id IN (SELECT trace_id FROM picked)
    GROUP BY trace_id
)
SELECT
    k.outcome, k.is_dropped, t.trace_id, t.problem_id, coalesce(p.source, '') AS source,
    coalesce(t.teacher, '') AS teacher, t.format, t.granularity, coalesce(t.parse_state, 'ok') AS parse_state,
    coalesce(left(p.question, $most_chars), '') AS question, coalesce(p.gold, '') AS gold, p.choices,
    coalesce(t.stated_answer, '') AS stated_answer, coalesce(left(x.text, $most_chars), '') AS text,
    coalesce(left(x.reasoning, $most_chars), '') AS reasoning,
    coalesce(left(x.program, $most_chars), '') AS program, coalesce(left(x.equations, $most_chars), '') AS equations, coalesce(t.n_chars, 0) AS n_chars,
    coalesce(nullif(m.mark, 'none'), '') AS mark, coalesce(m.comment, '') AS comment, c.checks, s.drops
FROM picked AS k
JOIN traces AS t ON t.trace_id = k.trace_id
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
LEFT JOIN texts AS x ON x.trace_id = k.trace_id
LEFT JOIN marks AS m ON m.trace_id = k.trace_id
LEFT JOIN checks AS c ON c.trace_id = k.trace_id
LEFT JOIN said AS s ON s.trace_id = k.trace_id
ORDER BY k.is_dropped DESC, k.outcome, k.place
