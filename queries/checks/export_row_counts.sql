-- name: export_row_counts
-- question: Has every export as many rows with lineage as it says?
-- grain: one row per export that does not
-- column: n_rows (rows) as the export says
-- column: n_found (rows) with a trace id; an export of pairs or of several traces per row may list more
SELECT e.export_id, e.n_rows, count(r.trace_id) AS n_found
FROM exports AS e
LEFT JOIN export_rows AS r USING (export_id)
GROUP BY ALL
HAVING n_found < e.n_rows
