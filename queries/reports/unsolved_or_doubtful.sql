-- name: unsolved_or_doubtful
-- question: Which problems does nobody solve, and where do the wrong answers agree against the gold?
-- grain: one row per problem without a right trace, the most doubtful gold first
-- param: min_traces INTEGER = 2 -- fewest wrong traces
-- param: max_rows INTEGER = 100 -- at most this many problems
-- column: problem_id its id
-- column: source name of the source
-- column: gold the answer it is checked against
-- column: n_wrong (traces) decided traces, all wrong
-- column: n_teachers (teachers) that were asked
-- column: agreed_answer the wrong value reached most often: stated, computed or solved
-- column: n_agreed (traces) that reach it
-- column: agreed_teachers (teachers) distinct ones that reach it
-- column: agreement (share) n_agreed / n_wrong
WITH decided AS (
    SELECT problem_id, teacher, value, status FROM reached_v
), unsolved AS (
    SELECT problem_id, count(*) AS n_wrong, count(DISTINCT teacher) AS n_teachers
    FROM decided
    GROUP BY problem_id
    HAVING count(*) FILTER (status = 'correct') = 0 AND count(*) >= $min_traces
), agreed AS (
    SELECT d.problem_id, d.value, count(*) AS n_agreed, count(DISTINCT d.teacher) AS n_teachers
    FROM decided AS d
    SEMI JOIN unsolved AS u ON u.problem_id = d.problem_id
    WHERE d.value IS NOT NULL
    GROUP BY d.problem_id, d.value
    QUALIFY row_number() OVER (PARTITION BY d.problem_id ORDER BY count(*) DESC, d.value) = 1
)
SELECT
    u.problem_id, p.source, p.gold, u.n_wrong, u.n_teachers,
    a.value AS agreed_answer, coalesce(a.n_agreed, 0) AS n_agreed,
    coalesce(a.n_teachers, 0) AS agreed_teachers,
    coalesce(a.n_agreed, 0) / u.n_wrong AS agreement
FROM unsolved AS u
LEFT JOIN problems AS p ON p.problem_id = u.problem_id
LEFT JOIN agreed AS a ON a.problem_id = u.problem_id
ORDER BY agreed_teachers DESC, n_agreed DESC, agreement DESC, u.problem_id
LIMIT $max_rows
