-- name: export_overlap
-- question: How many traces and problems do two exports share?
-- grain: one row per pair of exports that share a trace
-- column: export_a one export
-- column: export_b another
-- column: n_shared (traces) in both
SELECT a.export_id AS export_a, b.export_id AS export_b, count(DISTINCT a.trace_id) AS n_shared
FROM export_rows AS a
JOIN export_rows AS b ON b.trace_id = a.trace_id AND b.export_id > a.export_id
GROUP BY a.export_id, b.export_id
ORDER BY n_shared DESC, export_a, export_b
