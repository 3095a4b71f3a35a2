-- name: format_agreement
-- question: Do the formats of reasoning solve the same problems?
-- grain: one row per pair of formats
-- column: format_a the first
-- column: format_b the second
-- column: n_problems (problems) that both have decided traces of
-- column: n_both (problems) solved by both: more than half of the decided traces are right
-- column: n_only_a (problems) solved by the first only
-- column: n_only_b (problems) solved by the second only
-- column: n_neither (problems) solved by neither
-- column: agreement (share) of problems on which the two say the same
WITH solved AS (
    SELECT t.problem_id, t.format, count(*) FILTER (t.status = 'correct') * 2 > count(*) AS is_solved
    FROM judged AS t
    WHERE t.status IN ('correct', 'incorrect') AND t.is_solution
    GROUP BY t.problem_id, t.format
)
SELECT
    a.format AS format_a, b.format AS format_b,
    count(*) AS n_problems,
    count(*) FILTER (a.is_solved AND b.is_solved) AS n_both,
    count(*) FILTER (a.is_solved AND NOT b.is_solved) AS n_only_a,
    count(*) FILTER (b.is_solved AND NOT a.is_solved) AS n_only_b,
    count(*) FILTER (NOT a.is_solved AND NOT b.is_solved) AS n_neither,
    count(*) FILTER (a.is_solved = b.is_solved) / count(*) AS agreement
FROM solved AS a
JOIN solved AS b ON b.problem_id = a.problem_id AND b.format > a.format
GROUP BY a.format, b.format
ORDER BY a.format, b.format
