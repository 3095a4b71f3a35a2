-- name: judged
-- question: Which verdict counts for each trace, which value did it reach, and what did it cost?
-- grain: one row per trace that is named in `touched`
WITH picked AS (
    SELECT * FROM traces SEMI JOIN touched USING (trace_id)
), checks AS (
    SELECT * FROM verdicts SEMI JOIN touched USING (trace_id)
), paid AS (
    SELECT trace_id, n_tokens_in, n_tokens_out, cost_usd FROM completions SEMI JOIN touched USING (trace_id)
), measured AS (
    SELECT trace_id, repeat4_share FROM features SEMI JOIN touched USING (trace_id) WHERE n_words > 0
), flagged AS (
    SELECT DISTINCT trace_id FROM checks
    WHERE verifier IN ('claims', 'consistency', 'gold_in_view', 'soundness') AND status = 'incorrect'
), written AS (
    SELECT
        t.trace_id, t.problem_id, t.request_id, t.norm_hash, t.run_id, t.source, t.teacher, t.teacher_id, t.format,
        t.granularity, t.style, t.role, t.wave, t.parse_state, t.n_steps, t.n_words, v.status, v.reason, v.decided_by,
        v.verifier, v.verifier_version, f.trace_id IS NULL AND NOT coalesce(t.with_gold, false) AS is_sound,
        m.repeat4_share, c.n_tokens_in, c.n_tokens_out, c.cost_usd,
        CASE WHEN v.status IN ('correct', 'incorrect')
             THEN lower(coalesce(TRY(v.detail_json ->> '$.answer'), t.stated_answer)) END AS said,
        trim(replace(replace(said, '\$', ''), '$', '')) AS bare,
        CASE WHEN regexp_full_match(bare, '-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?') THEN replace(bare, ',', '')
             ELSE regexp_replace(bare, '^(-?)\\[dt]?frac\{([0-9]+)\}\{([0-9]+)\}$', '\1\2/\3') END AS plain
    FROM picked AS t
    LEFT JOIN checks AS v ON v.trace_id = t.trace_id
        AND v.verifier = CASE t.format WHEN 'pot' THEN 'program' WHEN 'eot' THEN 'equations' ELSE 'answer' END
    LEFT JOIN flagged AS f ON f.trace_id = t.trace_id
    LEFT JOIN measured AS m ON m.trace_id = t.trace_id
    LEFT JOIN paid AS c ON c.trace_id = t.trace_id
), numbered AS (
    SELECT *, CASE
        WHEN regexp_full_match(plain, '-?[0-9]{1,15}\.[0-9]{1,40}') THEN TRY_CAST(plain AS DOUBLE)
        WHEN regexp_full_match(plain, '-?[0-9]{1,15}/[0-9]{1,15}')
            THEN CAST(split_part(plain, '/', 1) AS DOUBLE) / nullif(CAST(split_part(plain, '/', 2) AS DOUBLE), 0)
        END AS number
    FROM written
)
SELECT
    trace_id, id_key(trace_id) AS trace_key, problem_id, id_key(problem_id) AS problem_key,
    id_key(request_id) AS request_key, id_key(norm_hash) AS norm_key, run_id, source, teacher, teacher_id, format,
    granularity, style, role, coalesce(role, 'solver') NOT IN ('verifier', 'critic') AS is_solution, wave, parse_state,
    n_steps, n_words, status, reason, decided_by, verifier, verifier_version,
    CASE WHEN number = round(number) THEN CAST(CAST(number AS HUGEINT) AS VARCHAR)
         ELSE coalesce(format('{:.10g}', number), plain) END AS value,
    is_sound, repeat4_share, n_tokens_in, n_tokens_out, cost_usd
FROM numbered
