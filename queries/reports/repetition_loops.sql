-- name: repetition_loops
-- question: Which traces go round in circles, and how badly?
-- grain: one row per trace that was measured (tracemill filter with a rule that measures texts), the worst first
-- param: min_share DOUBLE = 0.3 -- least share of repeated 4-word windows or lines
-- param: max_rows INTEGER = 200 -- at most this many rows
-- column: trace_id its id
-- column: source name of the source
-- column: teacher alias of the teacher, or its name in an import
-- column: format cot, pot, eot or other
-- column: status of the verdict that counts, NULL when nothing was checked yet
-- column: n_words (words) of the text
-- column: repeat4_share (share) of the 4-word windows that stood before in the same text
-- column: dup_line_share (share) of the lines of 10 characters or more that stood before in it
-- column: n_repeated_tail (times) the text's end says the same
-- column: finish_reason why the teacher stopped, NULL for imports
SELECT
    f.trace_id, t.source, t.teacher, t.format, v.status, f.n_words, f.repeat4_share, f.dup_line_share,
    f.n_repeated_tail, t.finish_reason
FROM features AS f
JOIN traces AS t ON t.trace_id = f.trace_id
LEFT JOIN best_verdicts AS v ON v.trace_id = f.trace_id
WHERE greatest(f.repeat4_share, f.dup_line_share) >= $min_share
ORDER BY greatest(f.repeat4_share, f.dup_line_share) DESC, f.trace_id
LIMIT $max_rows
