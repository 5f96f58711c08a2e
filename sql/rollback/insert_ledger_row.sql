-- Writes the ledger row of a rollback; its place is that of the rows that are put back ('' when there are none).
-- ledger, counts, restored: tables; batch_id, revision, execution: literals. Returns nothing.
INSERT INTO {{ledger}} (
  batch_id, "partition", revision, place, manifest, manifest_version, execution, mode,
  read, written, deduplicated, rejected, forced, loaded_at,
  inserted, updated, deleted, outdated, removed
)
SELECT
  {{batch_id}}, SPLIT_PART(restored.place, '/', 1), {{revision}}, restored.place, '', '', {{execution}}, 'rollback',
  0, 0, 0, 0, FALSE, GETDATE(),
  counted.inserted, counted.updated, counted.deleted, counted.outdated, counted.removed
FROM {{counts}} AS counted
CROSS JOIN (SELECT COALESCE(MAX(sluice_batch), '') AS place FROM {{restored}}) AS restored
