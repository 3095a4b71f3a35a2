-- name: browse_text_search
-- question: Which traces have these words in their text? Reads every text.
-- grain: one row per trace
-- param: needle VARCHAR -- the words, in lower case
SELECT trace_id FROM texts WHERE contains(lower(text), $needle)
