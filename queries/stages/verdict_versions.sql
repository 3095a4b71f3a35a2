-- name: verdict_versions
-- question: Which versions of parser and verifiers does the store hold?
-- grain: one row per part and version
SELECT DISTINCT 'verifier ' || verifier AS part, verifier_version AS version FROM verdicts
UNION
SELECT DISTINCT 'parser', parser_version FROM traces WHERE parser_version IS NOT NULL
ORDER BY part, version
