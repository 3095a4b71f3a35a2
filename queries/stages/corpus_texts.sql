-- name: corpus_texts
-- question: Which texts make up the corpus now, and on which was a corpus-wide measure taken?
-- grain: one row
-- param: name VARCHAR -- the name under which the measure is stored
-- column: fingerprint: order-free hash of all texts
-- column: measured: the fingerprint that the stored measure was taken on, NULL without one
SELECT
    CAST(bit_xor(md5_number(concat_ws('|', t.trace_id, t.problem_id, t.text_hash))) AS VARCHAR) AS fingerprint,
    (SELECT any_value(note) FROM measures WHERE name = $name AND id = '') AS measured
FROM traces AS t
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
