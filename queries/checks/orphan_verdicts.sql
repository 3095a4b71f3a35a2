-- name: orphan_verdicts
-- question: Is there a verdict, decision or mark on a trace that does not exist?
-- grain: one row per table and trace
SELECT DISTINCT 'verdicts' AS table_name, trace_id FROM verdicts ANTI JOIN traces USING (trace_id)
UNION ALL
SELECT DISTINCT 'decisions', trace_id FROM decisions ANTI JOIN traces USING (trace_id)
UNION ALL
SELECT DISTINCT 'marks', trace_id FROM marks ANTI JOIN traces USING (trace_id)
