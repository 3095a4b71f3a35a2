-- The tables of the projection. Ids are content hashes (VARCHAR), money is USD, times are UTC.
-- `segment` and `position` say where in the journal a row stands. No foreign keys and no indexes: they would cost
-- more than all inserts and stand in the way of later versions; queries/checks looks for what they would refuse.

CREATE TABLE meta (schema_version INTEGER, parser_version VARCHAR);

CREATE TABLE journal_offsets (segment VARCHAR, "offset" BIGINT);

-- Bytes of the journal that are no record any more.
CREATE TABLE journal_damage (n_bytes BIGINT, reason VARCHAR, segment VARCHAR, position BIGINT);

CREATE TABLE run_events (
    run_id VARCHAR, event VARCHAR, created_at TIMESTAMP, command VARCHAR, config_hash VARCHAR, versions_json VARCHAR,
    reason VARCHAR, max_usd DECIMAL(18, 9), segment VARCHAR, position BIGINT
);

CREATE TABLE problems (
    problem_id VARCHAR, source VARCHAR, split VARCHAR, question VARCHAR, gold VARCHAR, choices VARCHAR[],
    subject VARCHAR, level VARCHAR, licence VARCHAR, solution VARCHAR, origin_id VARCHAR, text_key_hash VARCHAR,
    segment VARCHAR, position BIGINT
);

CREATE TABLE prompt_templates (
    template_id VARCHAR, name VARCHAR, format VARCHAR, granularity INTEGER, style VARCHAR, role VARCHAR,
    with_gold BOOLEAN, system_prompt VARCHAR, user_prompt VARCHAR, shots_json VARCHAR, segment VARCHAR,
    position BIGINT
);

CREATE TABLE teachers (
    teacher_id VARCHAR, alias VARCHAR, model VARCHAR, base_url VARCHAR, transport VARCHAR, sampling_json VARCHAR,
    system_prompt VARCHAR, usd_per_million_in DECIMAL(18, 9), usd_per_million_cached DECIMAL(18, 9),
    usd_per_million_out DECIMAL(18, 9), batch_factor DECIMAL(18, 9), segment VARCHAR, position BIGINT
);

-- One row per request; the first attempt says why it was asked. The exact body stands in the journal, at this place.
CREATE TABLE requests (
    request_id VARCHAR, teacher_id VARCHAR, teacher VARCHAR, problem_id VARCHAR, template_id VARCHAR,
    format VARCHAR, role VARCHAR, parent_trace_id VARCHAR, sample_index INTEGER, wave INTEGER, url VARCHAR,
    n_prompt_tokens_estimated INTEGER, run_id VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

-- Attempts as they left and as they ended; the view `attempts` joins the two.
CREATE TABLE sends (
    request_id VARCHAR, attempt INTEGER, run_id VARCHAR, teacher_id VARCHAR, teacher VARCHAR, created_at TIMESTAMP,
    reserved_usd DECIMAL(18, 9), segment VARCHAR, position BIGINT
);

CREATE TABLE outcomes (
    request_id VARCHAR, attempt INTEGER, run_id VARCHAR, state VARCHAR, error_class VARCHAR, message VARCHAR,
    http_status INTEGER, latency_ms DOUBLE, is_maybe_billed BOOLEAN, is_final BOOLEAN, cost_usd DECIMAL(18, 9),
    created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

-- One row per answered request: its first answer.
CREATE TABLE completions (
    request_id VARCHAR, trace_id VARCHAR, attempt INTEGER, run_id VARCHAR, model_reported VARCHAR,
    system_fingerprint VARCHAR, finish_reason VARCHAR, reasoning_source VARCHAR, is_reasoning_open BOOLEAN,
    n_tokens_in BIGINT, n_tokens_cached BIGINT, n_tokens_out BIGINT, n_tokens_reasoning BIGINT,
    is_usage_estimated BOOLEAN, cost_usd DECIMAL(18, 9), http_status INTEGER, latency_ms DOUBLE,
    headers_json VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

CREATE TABLE traces (
    trace_id VARCHAR, request_id VARCHAR, problem_id VARCHAR, source VARCHAR, teacher VARCHAR, teacher_id VARCHAR,
    template_id VARCHAR, run_id VARCHAR, role VARCHAR, parent_trace_id VARCHAR, format VARCHAR,
    granularity INTEGER, style VARCHAR, sample_index INTEGER, wave INTEGER, stated_answer VARCHAR,
    answer_note VARCHAR, n_steps INTEGER, n_words BIGINT, n_chars BIGINT, n_reasoning_chars BIGINT,
    parse_state VARCHAR, parser_version VARCHAR, finish_reason VARCHAR, text_hash VARCHAR, norm_hash VARCHAR,
    origin VARCHAR, with_gold BOOLEAN, label BOOLEAN, label_by VARCHAR, origin_id VARCHAR, extra_json VARCHAR,
    created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

-- The wide columns apart, so that queries over the rest stay narrow.
CREATE TABLE texts (
    trace_id VARCHAR, text VARCHAR USING COMPRESSION zstd, reasoning VARCHAR USING COMPRESSION zstd,
    program VARCHAR USING COMPRESSION zstd, equations VARCHAR USING COMPRESSION zstd, segment VARCHAR,
    position BIGINT
);

-- One row per trace and verifier: the last one said.
CREATE TABLE verdicts (
    trace_id VARCHAR, verifier VARCHAR, verifier_version VARCHAR, status VARCHAR, reason VARCHAR,
    decided_by VARCHAR, detail_json VARCHAR, cpu_ms DOUBLE, run_id VARCHAR, created_at TIMESTAMP, segment VARCHAR,
    position BIGINT
);

CREATE TABLE policies (policy_id VARCHAR, name VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT);

CREATE TABLE rules (
    policy_id VARCHAR, rule_id VARCHAR, rank INTEGER, name VARCHAR, version VARCHAR, params_json VARCHAR,
    segment VARCHAR, position BIGINT
);

CREATE TABLE decisions (
    policy_id VARCHAR, rule_id VARCHAR, rule VARCHAR, trace_id VARCHAR, is_dropped BOOLEAN, value DOUBLE,
    threshold DOUBLE, evidence_json VARCHAR, run_id VARCHAR, segment VARCHAR, position BIGINT
);

-- A pass of a policy over the traces that came to its end.
CREATE TABLE passes (
    policy_id VARCHAR, run_id VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

CREATE TABLE exports (
    export_id VARCHAR, run_id VARCHAR, path VARCHAR, format VARCHAR, policy_id VARCHAR, n_rows BIGINT,
    sha256 VARCHAR, manifest_json VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

CREATE TABLE export_rows (
    export_id VARCHAR, row_number INTEGER, trace_id VARCHAR, segment VARCHAR, position BIGINT
);

CREATE TABLE marks (
    trace_id VARCHAR, mark VARCHAR, comment VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

CREATE TABLE batches (
    content_hash VARCHAR, state VARCHAR, teacher_id VARCHAR, file_id VARCHAR, batch_id VARCHAR,
    n_requests INTEGER, message VARCHAR, run_id VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

CREATE TABLE complaints (
    run_id VARCHAR, path VARCHAR, line BIGINT, reason VARCHAR, message VARCHAR, segment VARCHAR, position BIGINT
);
