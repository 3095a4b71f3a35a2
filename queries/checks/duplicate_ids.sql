-- name: duplicate_ids
-- question: Does any id stand twice where it may stand once?
-- grain: one row per table and id
-- column: n (rows) how often it stands
SELECT 'problems' AS table_name, problem_id AS id, count(*) AS n FROM problems GROUP BY ALL HAVING n > 1
UNION ALL
SELECT 'requests', request_id, count(*) AS n FROM requests GROUP BY ALL HAVING n > 1
UNION ALL
SELECT 'completions', request_id, count(*) AS n FROM completions GROUP BY ALL HAVING n > 1
UNION ALL
SELECT 'traces', trace_id, count(*) AS n FROM traces GROUP BY ALL HAVING n > 1
UNION ALL
SELECT 'texts', trace_id, count(*) AS n FROM texts GROUP BY ALL HAVING n > 1
UNION ALL
SELECT 'verdicts', concat_ws(' ', trace_id, verifier), count(*) AS n FROM verdicts GROUP BY ALL HAVING n > 1
