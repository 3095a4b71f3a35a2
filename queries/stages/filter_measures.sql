-- name: filter_measures
-- question: What is stored under a name?
-- grain: one row per trace or problem
-- param: name VARCHAR -- the name
SELECT id, value, note FROM measures WHERE name = $name
