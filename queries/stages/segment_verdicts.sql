-- name: segment_verdicts
-- question: What did each check say of each trace?
-- grain: one row per trace and verifier, by id
SELECT t.problem_id, v.trace_id, v.verifier, v.verifier_version, v.status, v.reason, v.decided_by, v.detail_json
FROM verdicts AS v
JOIN traces AS t ON t.trace_id = v.trace_id
ORDER BY t.problem_id, v.trace_id, v.verifier
