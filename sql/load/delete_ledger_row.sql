-- Takes out the ledger row of a revision that is loaded again by force: one row a loaded revision.
-- ledger: table; batch_id, revision: literals. Returns nothing.
DELETE FROM {{ledger}}
WHERE batch_id = {{batch_id}} AND revision = {{revision}}
