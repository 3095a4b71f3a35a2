-- name: final_faults
-- question: Which requests were given up with a reason, and have no answer?
-- grain: one row per request
-- column: request_id, error_class
SELECT o.request_id, any_value(o.error_class) AS error_class
FROM outcomes AS o
ANTI JOIN completions AS c ON c.request_id = o.request_id
WHERE o.is_final
GROUP BY o.request_id
ORDER BY o.request_id
