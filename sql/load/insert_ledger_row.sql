-- Writes the ledger row of this revision, in the transaction that loads its rows.
-- ledger, counts: tables; values: list of literals, batch_id to rejected; forced: boolean. Returns nothing.
INSERT INTO {{ledger}} (
  batch_id, "partition", revision, place, manifest, manifest_version, execution, mode,
  read, written, deduplicated, rejected, forced, loaded_at,
  inserted, updated, deleted, outdated, removed
)
SELECT
  {{values}},
  {{forced}}, GETDATE(),
  inserted, updated, deleted, outdated, removed
FROM {{counts}}
