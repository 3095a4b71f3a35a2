-- name: derived_tables
-- question: Do judged and attempts say what the tables say that they are made from?
-- grain: one row per table and id that differs
SELECT 'judged' AS table_name, coalesce(t.trace_id, j.trace_id) AS id
FROM judged_v AS t
FULL JOIN judged AS j ON j.trace_id = t.trace_id
WHERE j.trace_id IS NULL OR t.trace_id IS NULL OR j.trace_key <> id_key(t.trace_id)
   OR (t.problem_id, t.teacher, t.format, t.granularity, t.role, t.n_words, t.status, t.verifier, t.verifier_version)
   IS DISTINCT FROM
   (j.problem_id, j.teacher, j.format, j.granularity, j.role, j.n_words, j.status, j.verifier, j.verifier_version)
UNION ALL
SELECT 'attempts', coalesce(s.request_id, a.request_id)
FROM sends AS s
FULL JOIN attempts AS a ON a.segment = s.segment AND a.position = s.position
WHERE a.request_id IS NULL OR s.request_id IS NULL OR (a.request_id, a.attempt) <> (s.request_id, s.attempt)
