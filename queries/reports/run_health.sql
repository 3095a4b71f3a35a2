-- name: run_health
-- question: How did each run fare: speed, faults, retries, latency, money?
-- grain: one row per run and teacher
-- column: run_id the run
-- column: teacher alias of the teacher, or its name in an import
-- column: n_attempts (tries) paid or failed
-- column: n_answers (answers) that arrived
-- column: n_faults (tries) that ended without a usable answer
-- column: n_retries (tries) second and later tries
-- column: n_open (requests) that left and never came back: they may have been billed
-- column: p50_latency_ms (milliseconds) of answers
-- column: p99_latency_ms (milliseconds) of answers
-- column: answers_per_s (answers per second) between the first request and the last answer
-- column: cost_usd (USD) of all answers, NULL without a price
-- column: usd_per_hour (USD per hour) while the run lasted
-- column: commonest_fault the error class seen most
SELECT
    a.run_id, a.teacher,
    count(*) AS n_attempts,
    count(*) FILTER (a.state = 'answer') AS n_answers,
    count(*) FILTER (a.state = 'fault') AS n_faults,
    count(*) FILTER (a.attempt > 1) AS n_retries,
    count(*) FILTER (a.state = 'open') AS n_open,
    quantile_cont(a.latency_ms, 0.5) FILTER (a.state = 'answer') AS p50_latency_ms,
    quantile_cont(a.latency_ms, 0.99) FILTER (a.state = 'answer') AS p99_latency_ms,
    n_answers / nullif(epoch(max(coalesce(a.ended_at, a.created_at)) - min(a.created_at)), 0) AS answers_per_s,
    sum(a.cost_usd) AS cost_usd,
    CAST(sum(a.cost_usd) AS DOUBLE) * 3600
        / nullif(epoch(max(coalesce(a.ended_at, a.created_at)) - min(a.created_at)), 0) AS usd_per_hour,
    mode(a.error_class) AS commonest_fault
FROM attempts AS a
GROUP BY a.run_id, a.teacher
ORDER BY a.run_id, a.teacher
