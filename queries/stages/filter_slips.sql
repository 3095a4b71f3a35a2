-- name: filter_slips
-- question: Which arithmetic claim fails first in each flagged text?
-- grain: one row per trace with a failed claim
SELECT trace_id, arg_min(claim, number) AS claim FROM claims_v WHERE finding = 'fails' GROUP BY trace_id
