-- name: segment_inputs
-- question: Did anything change that the store's tables show?
-- grain: one row
-- column: fingerprint: order-free hash of problems, traces, verdicts, marks and the decisions of the latest passes
SELECT concat_ws('-',
    (SELECT bit_xor(md5_number(concat_ws('|', problem_id, gold, licence, level, subject))) FROM problems),
    (SELECT bit_xor(md5_number(concat_ws('|', trace_id, text_hash, n_reasoning_chars, teacher, parser_version)))
     FROM traces),
    (SELECT bit_xor(md5_number(concat_ws('|', trace_id, verifier, verifier_version, status, reason))) FROM verdicts),
    (SELECT bit_xor(md5_number(concat_ws('|', trace_id, mark))) FROM marks),
    (SELECT bit_xor(md5_number(concat_ws('|', l.policy_id, l.run_id))) FROM latest_passes AS l)
) AS fingerprint
