-- name: boilerplate
-- question: Which stock passages does each teacher write again and again in answers to different problems?
-- grain: one row per teacher and passage of 20 words (measured by tracemill filter with the rule boilerplate)
-- param: min_problems INTEGER = 20 -- least number of problems in whose traces the passage stands
-- param: max_rows INTEGER = 200 -- at most this many rows, the most widespread first
-- column: teacher alias of the teacher, or its name in an import
-- column: passage the words, lower case
-- column: n_traces (traces) of this teacher in which it is the commonest passage
-- column: n_problems (problems) in whose traces it stands, by any teacher
SELECT t.teacher, s.note AS passage, count(*) AS n_traces, CAST(max(s.value) AS BIGINT) AS n_problems
FROM measures AS s
JOIN traces AS t ON t.trace_id = s.id
WHERE s.name LIKE 'boilerplate %' AND s.value >= $min_problems AND s.note <> ''
GROUP BY t.teacher, s.note
ORDER BY n_problems DESC, n_traces DESC, t.teacher, passage
LIMIT $max_rows
