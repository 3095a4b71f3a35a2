-- Students that were trained here: what decided their weights, and which traces they saw.

CREATE TABLE students (
    student_id VARCHAR, run_id VARCHAR, path VARCHAR, base VARCHAR, preset VARCHAR, objective VARCHAR,
    method VARCHAR, rung VARCHAR, template VARCHAR, export_id VARCHAR, manifest_sha256 VARCHAR,
    settings_json VARCHAR, versions_json VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);

-- Losses are means over trained tokens, in nats.
CREATE TABLE student_seeds (
    student_id VARCHAR, seed BIGINT, n_steps BIGINT, best_step BIGINT, train_loss DOUBLE, validation_loss DOUBLE,
    n_tokens BIGINT, seconds DOUBLE, cpu_s DOUBLE, is_stopped_early BOOLEAN, segment VARCHAR, position BIGINT
);

-- Every row of the export: trained on, held out for validation, or dropped with a reason.
CREATE TABLE student_rows (
    student_id VARCHAR, row_number BIGINT, trace_id VARCHAR, part VARCHAR, reason VARCHAR, segment VARCHAR,
    position BIGINT
);
