-- name: known_traces
-- question: Which imported traces does the store hold?
-- grain: one row per imported trace
-- column: trace_id (id)
SELECT trace_id FROM traces WHERE origin = 'imported'
