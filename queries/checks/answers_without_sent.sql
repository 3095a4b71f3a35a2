-- name: answers_without_sent
-- question: Did an answer or a fault arrive for a request that was never sent?
-- grain: one row per outcome
SELECT o.request_id, o.attempt, o.run_id, o.state, o.segment, o.position
FROM outcomes AS o
ANTI JOIN requests AS r USING (request_id)
