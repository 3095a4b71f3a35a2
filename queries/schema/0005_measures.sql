-- What filters measure of texts, once: the last row said. `version` names the definition, `text_hash` the text.
CREATE TABLE features (
    trace_id VARCHAR, version VARCHAR, text_hash VARCHAR, n_words BIGINT, n_chars BIGINT, repeat4_share DOUBLE,
    dup_line_share DOUBLE, n_repeated_tail BIGINT, n_code_blocks INTEGER, leftover VARCHAR,
    n_chars_after_answer BIGINT, n_control_chars BIGINT, scripts_json VARCHAR, segment VARCHAR, position BIGINT
);

-- Pairs of similar texts with the share of 5-word windows they have in common: traces of one problem, or problems.
CREATE TABLE near_duplicates (
    scope VARCHAR, method VARCHAR, a VARCHAR, b VARCHAR, similarity DOUBLE, segment VARCHAR, position BIGINT
);

-- Which groups were compared: a problem's traces, or all problems; `members` is the hash of what was in the group.
CREATE TABLE near_groups (
    scope VARCHAR, method VARCHAR, group_id VARCHAR, members VARCHAR, n_members BIGINT, segment VARCHAR,
    position BIGINT
);

-- Numbers of traces or problems that are measured over a corpus or come from elsewhere: the last one said.
CREATE TABLE measures (
    name VARCHAR, id VARCHAR, value DOUBLE, note VARCHAR, segment VARCHAR, position BIGINT
);
