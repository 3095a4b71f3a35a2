-- name: duplicates
-- question: How often does a teacher write the same text again for one problem?
-- grain: one row per source, teacher and format
-- column: source name of the source
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: n_copies (traces) whose normalised text stood before in the same problem
-- column: share (share) of copies
WITH repeated AS (
    SELECT problem_key, norm_key, min(trace_key) AS first_key
    FROM judged
    WHERE is_solution
    GROUP BY problem_key, norm_key
    HAVING count(*) > 1
), copies AS (
    SELECT t.trace_key
    FROM judged AS t
    JOIN repeated AS r ON r.problem_key = t.problem_key AND r.norm_key = t.norm_key AND r.first_key <> t.trace_key
    WHERE t.is_solution
)
SELECT
    t.source, t.teacher, t.format, count(*) AS n_traces, count(c.trace_key) AS n_copies, n_copies / n_traces AS share
FROM judged AS t
LEFT JOIN copies AS c ON c.trace_key = t.trace_key
WHERE t.is_solution
GROUP BY t.source, t.teacher, t.format
ORDER BY t.source, t.teacher, t.format
