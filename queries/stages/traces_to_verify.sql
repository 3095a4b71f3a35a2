-- name: traces_to_verify
-- question: Which solutions lack a verdict of this verifier version, and what is known of them?
-- grain: one row per trace
-- param: version VARCHAR -- the version of the verifiers that will run
-- param: sources VARCHAR[] -- sources with answer settings of their own
-- param: settings VARCHAR[] -- their settings as text, in the same order
-- param: shard INTEGER = 0 -- which part of the problems, from 0
-- param: n_shards INTEGER = 1 -- into how many parts the problems are split
-- param: again BOOLEAN = false -- true gives every solution, judged or not
-- column: trace_id, format, finish_reason, with_gold, source, gold, choices, text
-- column: parse_state, stated_answer, answer_note, program, equations, n_steps, parser_version: as parsed
SELECT
    t.trace_id, t.format, t.finish_reason, t.with_gold, p.source, p.gold, p.choices, x.text, t.parse_state,
    t.stated_answer, t.answer_note, x.program, x.equations, t.n_steps, t.parser_version
-- The texts come first so that the narrow side is the one kept in memory by the join.
FROM texts AS x
JOIN traces AS t ON t.trace_id = x.trace_id
LEFT JOIN problems AS p ON p.problem_id = t.problem_id
WHERE coalesce(t.role, 'solver') NOT IN ('verifier', 'critic')
  AND ($n_shards = 1
       OR CAST('0x' || substr(coalesce(t.problem_id, t.trace_id), 4, 8) AS BIGINT) % $n_shards = $shard)
  AND ($again OR NOT EXISTS (
      SELECT 1 FROM verdicts AS v WHERE v.trace_id = t.trace_id
        AND v.verifier_version = concat_ws('+', $version, $settings[list_position($sources, p.source)])
        -- The verdict that counts: a program that no sandbox could take has one of another version.
        AND v.verifier = CASE t.format WHEN 'pot' THEN 'program' WHEN 'eot' THEN 'equations' ELSE 'answer' END
  ))
