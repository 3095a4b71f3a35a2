-- name: lengths_by_stage
-- question: How much do rewritten traces shrink at each stage, and do they keep the answer?
-- grain: one row per role and depth: 0 is what a solver wrote, 1 its first rewriting, and so on
-- column: role who wrote it
-- column: depth rewritings since the solver
-- column: n_traces (traces) solutions; the turns of verifiers and critics are none
-- column: mean_words (words) of the text
-- column: p50_words (words) of the text
-- column: mean_ratio (share) of the words of what was rewritten
-- column: answer_kept (share) of rewritings that state the same answer as what was rewritten
WITH RECURSIVE chain AS (
    SELECT trace_id, coalesce(role, 'solver') AS role, n_words, stated_answer, 0 AS depth,
           NULL::INTEGER AS parent_words, NULL::VARCHAR AS parent_answer
    FROM traces
    WHERE parent_trace_id IS NULL
    UNION ALL
    SELECT t.trace_id, t.role, t.n_words, t.stated_answer, c.depth + 1, c.n_words, c.stated_answer
    FROM traces AS t
    JOIN chain AS c ON t.parent_trace_id = c.trace_id
    WHERE t.role IN ('repair', 'compressor') AND c.depth < 20
)
SELECT
    role, depth,
    count(*) AS n_traces,
    avg(n_words) AS mean_words,
    quantile_disc(n_words, 0.5) AS p50_words,
    avg(n_words / nullif(parent_words, 0)) AS mean_ratio,
    count(*) FILTER (stated_answer = parent_answer) / nullif(count(parent_answer), 0) AS answer_kept
FROM chain
GROUP BY role, depth
ORDER BY depth, role
