-- name: label_agreement
-- question: Do the labels that came with imported traces agree with our verdicts?
-- grain: one row per source, teacher and origin of the label
-- column: source of the import
-- column: teacher alias of the teacher, or its name in an import
-- column: label_by who or what made the label
-- column: n_labelled (traces) with a label
-- column: right_accepted (traces) labelled right; our verdict is correct
-- column: right_rejected (traces) labelled right; our verdict is incorrect
-- column: right_unknown (traces) labelled right; our verdict is open
-- column: wrong_accepted (traces) labelled wrong; our verdict is correct
-- column: wrong_rejected (traces) labelled wrong; our verdict is incorrect
-- column: wrong_unknown (traces) labelled wrong; our verdict is open
-- column: agreement (share) of the traces on which both are decided
SELECT
    t.source, t.teacher, coalesce(t.label_by, '') AS label_by,
    count(*) AS n_labelled,
    count(*) FILTER (t.label AND t.status = 'correct') AS right_accepted,
    count(*) FILTER (t.label AND t.status = 'incorrect') AS right_rejected,
    count(*) FILTER (t.label AND coalesce(t.status, '') NOT IN ('correct', 'incorrect')) AS right_unknown,
    count(*) FILTER (NOT t.label AND t.status = 'correct') AS wrong_accepted,
    count(*) FILTER (NOT t.label AND t.status = 'incorrect') AS wrong_rejected,
    count(*) FILTER (NOT t.label AND coalesce(t.status, '') NOT IN ('correct', 'incorrect')) AS wrong_unknown,
    (right_accepted + wrong_rejected)
        / nullif(right_accepted + right_rejected + wrong_accepted + wrong_rejected, 0) AS agreement
FROM judged_v AS t
WHERE t.label IS NOT NULL
GROUP BY t.source, t.teacher, coalesce(t.label_by, '')
ORDER BY t.source, t.teacher, label_by
