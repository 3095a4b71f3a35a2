-- name: traces_without_text
-- question: Does every trace have its text, and every text its trace?
-- grain: one row per trace or text that stands alone
SELECT trace_id, 'no text' AS what FROM traces ANTI JOIN texts USING (trace_id)
UNION ALL
SELECT trace_id, 'no trace' FROM texts ANTI JOIN traces USING (trace_id)
