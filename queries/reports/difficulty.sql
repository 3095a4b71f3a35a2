-- name: difficulty
-- question: How hard are the problems for the teachers that were asked?
-- grain: one row per band of pass rates, hardest first
-- column: band the pass rates in it
-- column: n_problems (problems) with a decided trace
-- column: n_traces (traces) decided, right or wrong
-- column: mean_pass_rate (share) over the problems of the band
WITH rates AS (
    SELECT
        t.problem_id, count(*) AS n_decided,
        count(*) FILTER (t.status = 'correct') / count(*) AS pass_rate
    FROM judged AS t
    WHERE t.status IN ('correct', 'incorrect') AND t.is_solution
    GROUP BY t.problem_id
), banded AS (
    SELECT *, CASE WHEN pass_rate = 0 THEN 0 WHEN pass_rate = 1 THEN 6
                   ELSE least(5, 1 + CAST(floor(pass_rate * 5) AS INTEGER)) END AS place
    FROM rates
)
SELECT
    CASE place WHEN 0 THEN 'never' WHEN 6 THEN 'always'
               ELSE format('{} to {} %', (place - 1) * 20, place * 20) END AS band,
    count(*) AS n_problems,
    sum(n_decided) AS n_traces,
    avg(pass_rate) AS mean_pass_rate
FROM banded
GROUP BY place
ORDER BY place
