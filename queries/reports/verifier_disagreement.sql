-- name: verifier_disagreement
-- question: Where do two checks of one trace say different things?
-- grain: one row per pair of verifiers and pair of statuses
-- column: verifier_a one check
-- column: status_a what the one says
-- column: verifier_b another
-- column: status_b what the other says
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: is_contradiction true where one says correct and the other incorrect
SELECT
    a.verifier AS verifier_a, a.status AS status_a, b.verifier AS verifier_b, b.status AS status_b,
    count(*) AS n_traces,
    a.status <> b.status AND a.status IN ('correct', 'incorrect') AND b.status IN ('correct', 'incorrect')
        AS is_contradiction
FROM verdicts AS a
JOIN verdicts AS b ON b.trace_key = a.trace_key AND b.verifier > a.verifier
-- The step checks say nothing of the answer: wrong_steps counts what they find.
WHERE a.verifier NOT IN ('claims', 'consistency', 'gold_in_view', 'soundness')
  AND b.verifier NOT IN ('claims', 'consistency', 'gold_in_view', 'soundness')
GROUP BY ALL
ORDER BY is_contradiction DESC, n_traces DESC, verifier_a, status_a, verifier_b, status_b
