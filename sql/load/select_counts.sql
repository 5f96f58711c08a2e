-- The counts of a loaded revision, for the caller. Also asked on its own when a revision was loaded already.
-- ledger: table; batch_id, revision: literals. Returns one row: inserted, updated, deleted, outdated, removed (bigint).
SELECT inserted, updated, deleted, outdated, removed
FROM {{ledger}}
WHERE batch_id = {{batch_id}} AND revision = {{revision}}
