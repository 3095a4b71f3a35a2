-- What students reached on benchmarks. Benchmarks' problems and answers to them stand apart from problems and traces:
-- nothing here can get into an export.
CREATE TABLE evaluations (
    evaluation_id VARCHAR, name VARCHAR, settings_json VARCHAR, versions_json VARCHAR, run_id VARCHAR,
    created_at TIMESTAMP, segment VARCHAR, position BIGINT
);
CREATE TABLE evaluated_models (
    evaluation_id VARCHAR, model VARCHAR, rank BIGINT, model_id VARCHAR, name VARCHAR, weights VARCHAR,
    training VARCHAR, seed BIGINT, export_id VARCHAR, prompt_mode VARCHAR, identity_json VARCHAR, segment VARCHAR,
    position BIGINT
);
CREATE TABLE benchmark_items (
    suite_id VARCHAR, benchmark VARCHAR, item_id VARCHAR, place BIGINT, problem_id VARCHAR, origin_id VARCHAR,
    question VARCHAR, gold VARCHAR, level VARCHAR, subject VARCHAR, section VARCHAR, year VARCHAR, segment VARCHAR,
    position BIGINT
);
CREATE TABLE predictions (
    prediction_id VARCHAR, text VARCHAR, n_tokens BIGINT, finish_reason VARCHAR, segment VARCHAR, position BIGINT
);
CREATE TABLE scores (
    evaluation_id VARCHAR, model VARCHAR, benchmark VARCHAR, suite_id VARCHAR, item_id VARCHAR, form VARCHAR,
    sample BIGINT, budget BIGINT, is_forced BOOLEAN, prediction_id VARCHAR, status VARCHAR, reason VARCHAR,
    decided_by VARCHAR, answer VARCHAR, lenient VARCHAR, lenient_answer VARCHAR, cross_status VARCHAR,
    n_tokens BIGINT, finish_reason VARCHAR, segment VARCHAR, position BIGINT
);
