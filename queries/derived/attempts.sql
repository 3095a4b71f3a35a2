-- name: attempts
-- question: How did every try end?
-- grain: one row per try of a request that is named in `touched`
WITH sent AS (
    SELECT * FROM sends SEMI JOIN touched USING (request_id)
), ended AS (
    SELECT * FROM outcomes SEMI JOIN touched USING (request_id)
), own AS (
    SELECT s.*, o.state, o.error_class, o.message, o.http_status, o.latency_ms, o.is_maybe_billed, o.is_final,
           o.cost_usd, o.created_at AS ended_at
    FROM sent AS s
    LEFT JOIN ended AS o USING (request_id, attempt, run_id)
), orphans AS (
    SELECT o.* FROM ended AS o ANTI JOIN sent AS s USING (request_id, attempt, run_id)
), adopted AS (
    SELECT s.segment, s.position, o.state, o.error_class, o.message, o.http_status, o.latency_ms,
           o.is_maybe_billed, o.is_final, o.cost_usd, o.created_at AS ended_at
    FROM orphans AS o
    JOIN own AS s ON s.request_id = o.request_id AND s.attempt = o.attempt AND s.state IS NULL
    QUALIFY row_number() OVER (PARTITION BY o.segment, o.position ORDER BY s.segment DESC, s.position DESC) = 1
)
SELECT
    s.request_id, s.attempt, s.run_id, s.teacher_id, s.teacher,
    coalesce(s.state, a.state, 'open') AS state,
    coalesce(s.error_class, a.error_class) AS error_class,
    coalesce(s.message, a.message) AS message,
    coalesce(s.http_status, a.http_status) AS http_status,
    coalesce(s.latency_ms, a.latency_ms) AS latency_ms,
    coalesce(s.is_maybe_billed, a.is_maybe_billed, s.state IS NULL AND a.state IS NULL) AS maybe_billed,
    coalesce(s.is_final, a.is_final, false) AS is_final,
    coalesce(s.cost_usd, a.cost_usd) AS cost_usd,
    s.reserved_usd, s.created_at, coalesce(s.ended_at, a.ended_at) AS ended_at, s.segment, s.position
FROM own AS s
LEFT JOIN adopted AS a ON a.segment = s.segment AND a.position = s.position
