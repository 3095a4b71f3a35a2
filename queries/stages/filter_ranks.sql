-- name: filter_ranks
-- question: Where does each solution stand by words among those of its format and granularity?
-- grain: one row per trace
-- column: length_rank (share) 0 the shortest, 1 the longest
SELECT
    trace_id, percent_rank() OVER (PARTITION BY format, granularity ORDER BY n_words) AS length_rank
FROM traces
WHERE coalesce(role, 'solver') NOT IN ('verifier', 'critic')
