-- name: import_complaints
-- question: Which lines of imported files could not be taken, and why?
-- grain: one row per file and reason
-- column: path the file or folder
-- column: reason code of what is wrong
-- column: n_lines (lines) that were refused
-- column: first_line the number of the first such line, from 1
-- column: example what was said of that line
SELECT
    path, reason, count(*) AS n_lines, min(line) AS first_line, arg_min(message, line) AS example
FROM complaints
GROUP BY path, reason
ORDER BY path, n_lines DESC, reason
