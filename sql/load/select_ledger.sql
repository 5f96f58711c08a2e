-- All counts of a loaded revision, for a load that finds it there already.
-- ledger: table; batch_id, revision: literals. Returns one row: read, written, deduplicated, rejected, inserted,
-- updated, deleted, outdated, removed (bigint).
SELECT read, written, deduplicated, rejected, inserted, updated, deleted, outdated, removed
FROM {{ledger}}
WHERE batch_id = {{batch_id}} AND revision = {{revision}}
