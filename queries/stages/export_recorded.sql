-- name: export_recorded
-- question: Does the store know of this export?
-- grain: one row when it does
-- param: export_id VARCHAR -- the export
-- param: sha256 VARCHAR -- of its manifest
SELECT export_id FROM exports WHERE export_id = $export_id AND sha256 = $sha256
