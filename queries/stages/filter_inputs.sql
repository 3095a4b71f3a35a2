-- name: filter_inputs
-- question: Did anything change that a filter looks at?
-- grain: one row
-- column: n_traces (traces) that a filter decides on
-- column: fingerprint: order-free hash of all that rules may look at
SELECT
    count(*) AS n_traces,
    CAST(bit_xor(md5_number(concat_ws(
        '|', t.trace_id, t.problem_id, t.format, t.text_hash, t.norm_hash, v.status, v.reason, t.parse_state,
        t.finish_reason, t.with_gold, c.cost_usd, t.n_words, t.n_chars, w.reason, f.flags,
        nullif(m.mark, 'none'), nullif(m.comment, ''),
        t.granularity, t.teacher, t.stated_answer, v.answer, p.text_key_hash, p.gold, p.level, p.subject, t.extra_json
    ))) AS VARCHAR) AS fingerprint
FROM traces AS t
LEFT JOIN (
    SELECT trace_id, verifier, status, reason, detail_json ->> '$.answer' AS answer FROM verdicts
) AS v ON v.trace_id = t.trace_id
    AND v.verifier = CASE t.format WHEN 'pot' THEN 'program' WHEN 'eot' THEN 'equations' ELSE 'answer' END
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
LEFT JOIN completions AS c ON c.request_id = t.request_id
LEFT JOIN verdicts AS w ON w.trace_id = t.trace_id AND w.verifier = 'compression'
LEFT JOIN marks AS m ON m.trace_id = t.trace_id
LEFT JOIN (SELECT trace_id, string_agg(verifier, ' ' ORDER BY verifier) AS flags FROM flags_v GROUP BY trace_id) AS f
    ON f.trace_id = t.trace_id
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
