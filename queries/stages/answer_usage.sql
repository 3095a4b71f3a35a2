-- name: answer_usage
-- question: What did a teacher's answers use, by form, granularity and style of the prompt?
-- grain: one row per teacher, form, granularity and style
-- column: n (answers), tokens_in (mean), tokens_out (mean), tokens_out_sd, latency_s (mean)
SELECT
    r.teacher_id, t.format, t.granularity, t.style,
    count(*) AS n,
    avg(c.n_tokens_in) AS tokens_in,
    avg(c.n_tokens_out) AS tokens_out,
    coalesce(stddev_samp(c.n_tokens_out), 0) AS tokens_out_sd,
    avg(c.latency_ms) / 1000 AS latency_s
FROM completions AS c
JOIN requests AS r USING (request_id)
JOIN prompt_templates AS t USING (template_id)
WHERE r.role = 'solver'
GROUP BY ALL
ORDER BY ALL
