-- Views for people, over tables of any home: the projection's file, or a reader that sees the journal's tail too.

-- Runs with their start and their end; `event` is NULL while a run has not said how it ended.
CREATE OR REPLACE VIEW runs AS
SELECT
    run_id,
    any_value(command) AS command,
    min(created_at) FILTER (event = 'start') AS started_at,
    max(created_at) FILTER (event <> 'start') AS stopped_at,
    arg_max(event, position) FILTER (event <> 'start') AS event,
    arg_max(reason, position) FILTER (event <> 'start') AS reason,
    max(max_usd) AS max_usd,
    any_value(config_hash) FILTER (event = 'start') AS config_hash,
    any_value(versions_json) FILTER (event = 'start') AS versions_json
FROM run_events
GROUP BY run_id;

-- The verdict that counts for a trace: of the program for pot, of the equations for eot, else of the answer.
CREATE OR REPLACE VIEW best_verdicts AS
SELECT trace_id, status, reason, decided_by, verifier, verifier_version
FROM judged
WHERE status IS NOT NULL;

-- All that is known of traces, with the verdict that counts, NULL where there is none.
CREATE OR REPLACE VIEW judged_v AS
SELECT t.*, v.status, v.reason, v.decided_by, v.verifier, v.verifier_version
FROM traces AS t
LEFT JOIN verdicts AS v ON v.trace_id = t.trace_id
    AND v.verifier = CASE t.format WHEN 'pot' THEN 'program' WHEN 'eot' THEN 'equations' ELSE 'answer' END;

-- One row per arithmetic claim of a text that a verdict keeps: its place, its text, and what was found of it.
CREATE OR REPLACE VIEW claims_v AS
SELECT
    c.trace_id, t.source, t.teacher, t.format, c.number, c.claim ->> '$.finding' AS finding,
    c.claim ->> '$.text' AS claim, c.claim ->> '$.value' AS value,
    CAST(c.claim ->> '$.start' AS INTEGER) AS start_at, CAST(c.claim ->> '$.end' AS INTEGER) AS end_at
FROM (
    SELECT trace_id, unnest(CAST(detail_json -> '$.claims' AS JSON[])) AS claim,
           generate_subscripts(CAST(detail_json -> '$.claims' AS JSON[]), 1) AS number
    FROM verdicts
    WHERE verifier = 'claims'
) AS c
JOIN traces AS t USING (trace_id);

-- Traces whose reasoning a step check flags, one row per check that does.
CREATE OR REPLACE VIEW flags_v AS
SELECT v.trace_id, t.source, t.teacher, t.format, v.verifier, v.reason, v.detail_json, t.status AS answer_status
FROM verdicts AS v
JOIN judged AS t ON t.trace_key = v.trace_key
WHERE v.verifier IN ('claims', 'consistency', 'gold_in_view', 'soundness') AND v.status = 'incorrect';

-- The value that each decided solution reached by itself, and whether nothing speaks against how: see `judged`.
CREATE OR REPLACE VIEW reached_v AS
SELECT trace_id, problem_id, source, teacher, format, status, value, is_sound
FROM judged
WHERE is_solution AND status IN ('correct', 'incorrect');

-- Problems whose sound traces agree on another value than the gold: at least two of them and three in five, from two
-- forms or teachers or three samples, and more than agree with the gold. Nothing is dropped for it.
CREATE OR REPLACE VIEW gold_suspects_v AS
WITH sound AS (
    SELECT * FROM reached_v WHERE is_sound AND value IS NOT NULL
), totals AS (
    SELECT problem_id, count(*) AS n_sound, count(*) FILTER (status = 'correct') AS n_with_gold
    FROM sound GROUP BY problem_id
), agreed AS (
    SELECT
        problem_id, value, count(*) AS n_agree, count(DISTINCT format) AS n_formats,
        count(DISTINCT teacher) AS n_teachers
    FROM sound WHERE status = 'incorrect'
    GROUP BY problem_id, value
    QUALIFY row_number() OVER (PARTITION BY problem_id ORDER BY count(*) DESC, value) = 1
)
SELECT
    a.problem_id, p.source, p.gold, a.value AS agreed_value, a.n_agree, o.n_with_gold, o.n_sound,
    a.n_agree / o.n_sound AS agreement, a.n_formats, a.n_teachers
FROM agreed AS a
JOIN totals AS o USING (problem_id)
JOIN problems AS p USING (problem_id)
WHERE a.n_agree >= 2 AND a.n_agree >= 0.6 * o.n_sound AND a.n_agree > o.n_with_gold
  AND (a.n_formats > 1 OR a.n_teachers > 1 OR a.n_agree >= 3);

-- The last complete pass of each policy.
CREATE OR REPLACE VIEW latest_passes AS
SELECT policy_id, arg_max(run_id, struct_pack(segment, position)) AS run_id
FROM passes
GROUP BY policy_id;

-- What each policy says of each trace, by its last complete pass; `first_rule` is the first rule that drops it,
-- `place` its place in the order that the policy asks for, NULL where it asks for none.
CREATE OR REPLACE VIEW trace_decisions AS
SELECT
    d.trace_id, d.policy_id, p.name AS policy, bool_or(d.is_dropped) AS is_dropped,
    arg_min(d.rule, coalesce(r.rank, 0)) FILTER (d.is_dropped) AS first_rule,
    max(d.value) FILTER (d.rule = 'kept') AS place
FROM decisions AS d
JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
LEFT JOIN policies AS p ON p.policy_id = d.policy_id
LEFT JOIN rules AS r ON r.policy_id = d.policy_id AND r.rule_id = d.rule_id
GROUP BY d.trace_id, d.policy_id, p.name;

-- Groups of near-duplicates of a problem as the last pass of each policy found them, with the member that stays.
CREATE OR REPLACE VIEW clusters AS
WITH copies AS (
    SELECT
        d.policy_id, d.evidence_json ->> '$.kept' AS cluster_id, d.trace_id, d.value AS similarity,
        CAST(d.evidence_json ->> '$.cluster_size' AS INTEGER) AS n_members
    FROM decisions AS d
    JOIN latest_passes AS l ON l.policy_id = d.policy_id AND l.run_id = d.run_id
    WHERE d.rule = 'near_duplicate'
)
SELECT policy_id, cluster_id, trace_id, false AS is_kept, similarity, n_members FROM copies
UNION ALL
SELECT policy_id, cluster_id, cluster_id, true, max(similarity), max(n_members)
FROM copies
GROUP BY policy_id, cluster_id;

-- A trace with its problem, verdict, decision of the last policy that was applied, mark and cost.
CREATE OR REPLACE VIEW traces_v AS
WITH active AS (
    SELECT policy_id FROM passes ORDER BY segment DESC, position DESC LIMIT 1
)
SELECT
    t.trace_id, t.problem_id, t.source, t.teacher, t.format, t.granularity, t.style, t.role, t.sample_index,
    t.wave, p.question, p.gold, t.stated_answer, t.status, t.reason, t.decided_by, t.parse_state, t.finish_reason,
    d.policy, d.is_dropped, d.first_rule, m.mark, t.n_steps, t.n_words, t.n_chars,
    c.n_tokens_out, c.n_tokens_reasoning, c.cost_usd, p.subject, p.level, p.split, t.with_gold, t.label,
    t.label_by, t.origin, t.origin_id, t.run_id, t.request_id, t.parent_trace_id, t.template_id, t.created_at
FROM judged_v AS t
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
LEFT JOIN completions AS c ON c.request_id = t.request_id
LEFT JOIN marks AS m ON m.trace_id = t.trace_id
LEFT JOIN (SELECT d.* FROM trace_decisions AS d SEMI JOIN active USING (policy_id)) AS d
    ON d.trace_id = t.trace_id;

-- How often each problem is solved; traces of which nobody can tell are counted apart.
CREATE OR REPLACE VIEW problems_v AS
SELECT
    p.problem_id, p.source, p.split, p.subject, p.level, p.question, p.gold,
    count(t.trace_id) AS n_traces,
    count(*) FILTER (t.status = 'correct') AS n_correct,
    count(*) FILTER (t.status = 'incorrect') AS n_incorrect,
    count(t.trace_id) - n_correct - n_incorrect AS n_undecided,
    n_correct / nullif(n_correct + n_incorrect, 0) AS pass_rate
FROM problems AS p
LEFT JOIN judged AS t ON t.problem_key = p.problem_key AND t.role = 'solver'
GROUP BY ALL;

-- Money and tokens by run and teacher; `maybe_billed_usd` is the worst case of what never came back.
CREATE OR REPLACE VIEW spend_v AS
WITH tokens AS (
    SELECT teacher_id, teacher, run_id, sum(n_tokens_in) AS n_tokens_in, sum(n_tokens_out) AS n_tokens_out
    FROM judged
    GROUP BY teacher_id, teacher, run_id
)
SELECT
    a.run_id, a.teacher, a.teacher_id,
    count(*) AS n_attempts,
    count(*) FILTER (a.state = 'answer') AS n_answers,
    count(*) FILTER (a.state = 'fault') AS n_faults,
    count(*) FILTER (a.state = 'open') AS n_open,
    sum(a.cost_usd) AS cost_usd,
    sum(a.reserved_usd) FILTER (a.maybe_billed) AS maybe_billed_usd,
    any_value(t.n_tokens_in) AS n_tokens_in,
    any_value(t.n_tokens_out) AS n_tokens_out,
    min(a.created_at) AS first_at,
    max(coalesce(a.ended_at, a.created_at)) AS last_at
FROM attempts AS a
LEFT JOIN tokens AS t ON t.run_id = a.run_id AND t.teacher_id = a.teacher_id AND t.teacher = a.teacher
GROUP BY a.run_id, a.teacher, a.teacher_id;

-- One row per student: what it was trained on and its losses over seeds (nats; the deviation needs two seeds).
CREATE OR REPLACE VIEW students_v AS
WITH seeds AS (
    SELECT student_id, count(*) AS n_seeds, avg(train_loss) AS train_loss, avg(validation_loss) AS validation_loss,
           CASE WHEN count(validation_loss) > 1 THEN stddev_samp(validation_loss) END AS validation_sd,
           arg_min(seed, validation_loss) AS best_seed, sum(n_tokens) AS n_tokens, sum(seconds) AS seconds
    FROM student_seeds
    GROUP BY student_id
), rows AS (
    SELECT student_id, count(*) FILTER (part = 'train') AS n_train,
           count(*) FILTER (part = 'validation') AS n_validation, count(*) FILTER (part = 'dropped') AS n_dropped
    FROM student_rows
    GROUP BY student_id
)
SELECT
    s.student_id, s.path, s.base, s.preset, s.objective, s.method, s.rung, s.template, s.export_id,
    e.format AS export_format, e.policy_id, r.n_train, r.n_validation, r.n_dropped, d.n_seeds, d.train_loss,
    d.validation_loss, d.validation_sd, d.best_seed, d.n_tokens, d.seconds, s.run_id, s.created_at
FROM students AS s
LEFT JOIN seeds AS d USING (student_id)
LEFT JOIN rows AS r USING (student_id)
LEFT JOIN exports AS e USING (export_id);
