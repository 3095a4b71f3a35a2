-- Keys are the 128 bits of an id in 16 bytes: a join on them takes a third of the CPU of one on the ids.
ALTER TABLE problems ADD COLUMN problem_key UUID;
ALTER TABLE requests ADD COLUMN request_key UUID;
ALTER TABLE verdicts ADD COLUMN trace_key UUID;
ALTER TABLE decisions ADD COLUMN trace_key UUID;
ALTER TABLE export_rows ADD COLUMN trace_key UUID;
ALTER TABLE features ADD COLUMN trace_key UUID;

-- Every trace with the verdict that counts (of the program for pot, of the equations for eot, else of the answer),
-- the value it reached, and its tokens and cost. Narrow, so most questions are asked of it; queries/derived makes it
-- from traces, verdicts, completions and features. `is_solution`: no turn of a verifier or a critic.
-- `value`: of a decided trace, stated, computed or solved. Money signs, thousands commas, trailing zeros and plain
-- fractions are written one way ($7, 7.0 and 14/2 are 7; ten digits of what is no integer), so that forms can be
-- compared. `is_sound`: no step check flags it, and it was made without the gold in view. `repeat4_share`: as in
-- features, of texts with words.
CREATE TABLE judged (
    trace_id VARCHAR, trace_key UUID, problem_id VARCHAR, problem_key UUID, request_key UUID, norm_key UUID,
    run_id VARCHAR, source VARCHAR, teacher VARCHAR, teacher_id VARCHAR, format VARCHAR, granularity INTEGER,
    style VARCHAR, role VARCHAR, is_solution BOOLEAN, wave INTEGER, parse_state VARCHAR, n_steps INTEGER,
    n_words BIGINT, status VARCHAR, reason VARCHAR, decided_by VARCHAR, verifier VARCHAR, verifier_version VARCHAR,
    value VARCHAR, is_sound BOOLEAN, repeat4_share DOUBLE, n_tokens_in BIGINT, n_tokens_out BIGINT,
    cost_usd DECIMAL(18, 9)
);

-- Every try, paid or failed: sends with their outcomes; queries/derived makes it. A batch may be collected by a later
-- run: then its outcome belongs to the latest attempt of that number that has none of its own run. `open`: left and
-- never came back, so it may be billed.
CREATE TABLE attempts (
    request_id VARCHAR, attempt INTEGER, run_id VARCHAR, teacher_id VARCHAR, teacher VARCHAR, state VARCHAR,
    error_class VARCHAR, message VARCHAR, http_status INTEGER, latency_ms DOUBLE, maybe_billed BOOLEAN,
    is_final BOOLEAN, cost_usd DECIMAL(18, 9), reserved_usd DECIMAL(18, 9), created_at TIMESTAMP, ended_at TIMESTAMP,
    segment VARCHAR, position BIGINT
);
