-- How the answers of a source are compared, where that differs from the defaults: the last one said.
CREATE TABLE answer_settings (
    source VARCHAR, settings VARCHAR, run_id VARCHAR, created_at TIMESTAMP, segment VARCHAR, position BIGINT
);
