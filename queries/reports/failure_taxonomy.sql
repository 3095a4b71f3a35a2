-- name: failure_taxonomy
-- question: What goes wrong, by teacher and format?
-- grain: one row per teacher, format and outcome
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: outcome correct, incorrect, unchecked; what the text lacks (truncated, refused, api_error, empty,
--   no_answer, no_program, no_equations); else how the check ended (error, timeout, undecided)
-- column: reason the code that the check gave, empty where the text says it all
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: share (share) of the cell's traces
WITH named AS (
    SELECT
        t.teacher, t.format,
        CASE WHEN t.status IN ('correct', 'incorrect') THEN t.status
             WHEN coalesce(t.parse_state, 'ok') <> 'ok' THEN t.parse_state
             ELSE coalesce(t.status, 'unchecked') END AS outcome,
        coalesce(t.reason, '') AS reason
    FROM judged AS t
    WHERE t.is_solution
)
SELECT
    teacher, format, outcome,
    if(outcome IN ('error', 'timeout', 'undecided'), reason, '') AS reason,
    count(*) AS n_traces,
    count(*) / sum(count(*)) OVER (PARTITION BY teacher, format) AS share
FROM named
GROUP BY teacher, format, outcome, if(outcome IN ('error', 'timeout', 'undecided'), reason, '')
ORDER BY teacher, format, n_traces DESC, outcome, reason
