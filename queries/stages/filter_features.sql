-- name: filter_features
-- question: What was measured of each text?
-- grain: one row per trace
-- param: version VARCHAR -- the definition of the measures
SELECT
    trace_id, n_words, n_chars, repeat4_share, dup_line_share, n_repeated_tail, n_code_blocks, leftover,
    n_chars_after_answer, n_control_chars, scripts_json
FROM features
WHERE version = $version
