-- name: three_way_agreement
-- question: Where cot, pot and eot of one problem all reach a value, do the values agree, and with the gold?
-- grain: one row per source and pattern of agreement
-- column: source name of the source
-- column: pattern all_agree, two_agree or none_agree, by the value that most traces of each form reach
-- column: n_problems (problems) with a value in all three forms
-- column: n_right (problems) of them where the majority value is right
-- column: share_right (share) n_right / n_problems
WITH voted AS (
    SELECT problem_id, format, value, any_value(status) AS status
    FROM (
        SELECT problem_id, format, value, status, count(*) AS n
        FROM reached_v
        WHERE value IS NOT NULL AND format IN ('cot', 'pot', 'eot')
        GROUP BY problem_id, format, value, status
    )
    GROUP BY problem_id, format, value
    QUALIFY row_number() OVER (PARTITION BY problem_id, format ORDER BY sum(n) DESC, value) = 1
), joined AS (
    SELECT problem_id, count(DISTINCT value) AS n_values, count(*) FILTER (status = 'correct') AS n_right
    FROM voted
    GROUP BY problem_id
    HAVING count(*) = 3
)
SELECT
    p.source,
    CASE j.n_values WHEN 1 THEN 'all_agree' WHEN 2 THEN 'two_agree' ELSE 'none_agree' END AS pattern,
    count(*) AS n_problems,
    count(*) FILTER (j.n_right >= 2) AS n_right,
    count(*) FILTER (j.n_right >= 2) / count(*) AS share_right
FROM joined AS j
JOIN problems AS p USING (problem_id)
GROUP BY p.source, j.n_values
ORDER BY p.source, j.n_values
