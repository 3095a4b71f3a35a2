-- name: duplicates
-- question: How often does a teacher write the same text again for one problem?
-- grain: one row per source, teacher and format
-- column: source name of the source
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: n_copies (traces) whose normalised text stood before in the same problem
-- column: share (share) of copies
WITH seen AS (
    SELECT
        t.source, t.teacher, t.format,
        row_number() OVER (PARTITION BY t.problem_id, t.norm_hash ORDER BY t.trace_id) > 1 AS is_copy
    FROM traces AS t
    WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
)
SELECT source, teacher, format, count(*) AS n_traces, count(*) FILTER (is_copy) AS n_copies,
       n_copies / n_traces AS share
FROM seen
GROUP BY source, teacher, format
ORDER BY source, teacher, format
