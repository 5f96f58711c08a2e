-- The counts of a loaded revision: what a load ends with, and what is asked when the revision was loaded already.
-- ledger: table; batch_id, revision: literals. Returns one row: read, written, deduplicated, rejected, inserted,
-- updated, deleted, outdated, removed (bigint).
SELECT read, written, deduplicated, rejected, inserted, updated, deleted, outdated, removed
FROM {{ledger}}
WHERE batch_id = {{batch_id}} AND revision = {{revision}}
