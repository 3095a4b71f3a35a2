-- name: teacher_diversity
-- question: How differently does a teacher write its answers to one problem (study C)?
-- grain: one row per source, teacher and format
-- param: min_similarity DOUBLE = 0.5 -- pairs from this Jaccard similarity on count as alike
-- column: source of the problems
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: n_problems (problems) that they answer
-- column: distinct_share (share) of texts that differ from all others of the problem, case and white space aside
-- column: distinct4_share (share) of distinct 4-word windows within a text, the mean; NULL where no text was measured
-- column: n_pairs (pairs) of traces of one problem that were compared, by a rule that looks for near-duplicates
-- column: alike_share (share) of those pairs that are alike; NULL where none was compared
-- column: mean_similarity (share) Jaccard similarity of 5-word windows, the mean over those pairs; below 0.3 it is
--   not stored and counts as 0
-- column: rate (share) correct / all
WITH newest AS (
    SELECT max(method) AS method FROM near_groups WHERE scope = 'traces'
), known AS (
    SELECT p.problem_key, p.source, g.group_id IS NOT NULL AS is_compared
    FROM problems AS p
    LEFT JOIN near_groups AS g
        ON g.group_id = p.problem_id AND g.scope = 'traces' AND g.method = (SELECT method FROM newest)
), groups AS (
    SELECT
        t.teacher, t.format, t.problem_key, count(*) AS n, count(*) FILTER (t.status = 'correct') AS n_correct,
        sum(t.repeat4_share) AS repeat4, count(t.repeat4_share) AS n4
    FROM judged AS t
    WHERE t.is_solution
    GROUP BY t.teacher, t.format, t.problem_key
), totals AS (
    SELECT
        k.source, g.teacher, g.format, CAST(sum(g.n) AS BIGINT) AS n_traces, count(*) AS n_problems,
        1 - sum(g.repeat4) / sum(g.n4) AS distinct4_share,
        CAST(coalesce(sum(g.n * (g.n - 1) // 2) FILTER (k.is_compared), 0) AS BIGINT) AS n_pairs,
        sum(g.n_correct) / sum(g.n) AS rate
    FROM groups AS g
    LEFT JOIN known AS k ON k.problem_key = g.problem_key
    GROUP BY k.source, g.teacher, g.format
), repeated AS (
    SELECT norm_key FROM judged WHERE is_solution GROUP BY norm_key HAVING count(*) > 1
), copies AS (
    SELECT k.source, c.teacher, c.format, sum(c.n - 1) AS n
    FROM (
        SELECT t.teacher, t.format, t.problem_key, count(*) AS n
        FROM judged AS t
        SEMI JOIN repeated AS r ON r.norm_key = t.norm_key
        WHERE t.is_solution
        GROUP BY t.teacher, t.format, t.problem_key, t.norm_key
    ) AS c
    LEFT JOIN known AS k ON k.problem_key = c.problem_key
    GROUP BY k.source, c.teacher, c.format
), pairs AS (
    SELECT
        k.source, a.teacher, a.format, sum(n.similarity) AS sum_similarity,
        count(*) FILTER (n.similarity >= $min_similarity) AS n_alike
    FROM near_duplicates AS n
    JOIN judged AS a ON a.trace_id = n.a AND a.is_solution
    JOIN judged AS b ON b.trace_id = n.b AND b.teacher = a.teacher AND b.format = a.format AND b.is_solution
    LEFT JOIN known AS k ON k.problem_key = a.problem_key
    WHERE n.scope = 'traces' AND n.method = (SELECT method FROM newest)
    GROUP BY k.source, a.teacher, a.format
)
SELECT
    t.source, t.teacher, t.format, t.n_traces, t.n_problems, 1 - coalesce(c.n, 0) / t.n_traces AS distinct_share,
    t.distinct4_share, t.n_pairs,
    coalesce(p.n_alike, 0) / nullif(t.n_pairs, 0) AS alike_share,
    coalesce(p.sum_similarity, 0) / nullif(t.n_pairs, 0) AS mean_similarity,
    t.rate
FROM totals AS t
LEFT JOIN copies AS c ON c.source = t.source AND c.teacher = t.teacher AND c.format = t.format
LEFT JOIN pairs AS p ON p.source = t.source AND p.teacher = t.teacher AND p.format = t.format
ORDER BY t.source, t.teacher, t.format
