-- name: token_mix
-- question: Of what does the training text consist, by teacher, format and granularity?
-- grain: one row per teacher, format and granularity among the kept traces
-- param: policy VARCHAR = null -- name of an applied policy; null takes the one applied last
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: granularity asked for, 1 shortest to 6 longest; NULL where none was
-- column: n_kept (traces) that the policy lets in
-- column: n_problems (problems) distinct ones
-- column: n_words (words) of training text
-- column: share (share) of all words
-- column: n_tokens_out (tokens) as the teacher counted them; NULL for imports
WITH active AS (
    SELECT a.policy_id, a.run_id
    FROM passes AS a
    JOIN latest_passes AS l ON l.policy_id = a.policy_id AND l.run_id = a.run_id
    LEFT JOIN policies AS p ON p.policy_id = a.policy_id
    WHERE $policy IS NULL OR p.name = $policy
    ORDER BY a.created_at DESC, a.segment DESC, a.position DESC
    LIMIT 1
), kept AS (
    SELECT d.trace_key
    FROM decisions AS d
    WHERE d.rule = 'kept'
      AND d.policy_id = (SELECT policy_id FROM active) AND d.run_id = (SELECT run_id FROM active)
)
SELECT
    t.teacher, t.format, t.granularity,
    count(*) AS n_kept,
    count(DISTINCT t.problem_id) AS n_problems,
    sum(t.n_words) AS n_words,
    sum(t.n_words) / nullif(sum(sum(t.n_words)) OVER (), 0) AS share,
    sum(t.n_tokens_out) AS n_tokens_out
FROM judged AS t
SEMI JOIN kept AS k ON k.trace_key = t.trace_key
GROUP BY t.teacher, t.format, t.granularity
ORDER BY t.teacher, t.format, t.granularity
