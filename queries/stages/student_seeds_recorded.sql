-- name: student_seeds_recorded
-- question: Which seeds of a student, trained in this folder, does the store know?
-- grain: one row per seed
-- param: student_id VARCHAR -- the student
-- param: path VARCHAR -- folder of the training
-- column: seed the seed
SELECT d.seed
FROM students AS s
JOIN student_seeds AS d USING (student_id)
WHERE s.student_id = $student_id AND s.path = $path
ORDER BY d.seed
