-- name: wrong_steps
-- question: Where is the answer right and the reasoning flagged?
-- grain: one row per source, teacher, step check and reason
-- column: source of the import or problem set
-- column: teacher alias of the teacher, or its name in an import
-- column: verifier the step check: claims, consistency, gold_in_view or soundness
-- column: reason what it found, such as arithmetic_slip or states_another
-- column: n_right (traces) flagged whose answer is right
-- column: n_wrong (traces) flagged whose answer is wrong
-- column: n_unknown (traces) flagged whose answer is open
-- column: share_of_right (share) flagged of all traces of the source and teacher whose answer is right
WITH rights AS (
    SELECT t.source, t.teacher, count(*) AS n
    FROM judged AS t
    WHERE t.status = 'correct' AND t.is_solution
    GROUP BY t.source, t.teacher
)
SELECT
    f.source, f.teacher, f.verifier, f.reason,
    count(*) FILTER (f.answer_status = 'correct') AS n_right,
    count(*) FILTER (f.answer_status = 'incorrect') AS n_wrong,
    count(*) FILTER (coalesce(f.answer_status, '') NOT IN ('correct', 'incorrect')) AS n_unknown,
    n_right / nullif(any_value(r.n), 0) AS share_of_right
FROM flags_v AS f
LEFT JOIN rights AS r ON r.source = f.source AND r.teacher = f.teacher
GROUP BY f.source, f.teacher, f.verifier, f.reason
ORDER BY n_right DESC, n_wrong DESC, f.source, f.teacher, f.verifier, f.reason
