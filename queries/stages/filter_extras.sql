-- name: filter_extras
-- question: Which number did the import keep beside each trace, under a column's name?
-- grain: one row per trace that has one
-- param: name VARCHAR -- the column
SELECT t.trace_id, TRY_CAST(t.extra_json ->> concat('$."', replace($name, '"', ''), '"') AS DOUBLE) AS value
FROM traces AS t
WHERE value IS NOT NULL
