-- The part of sluice.loads that comes from one dataset.
-- dataset: literal; ledger: table.
SELECT
  CAST({{dataset}} AS varchar(64)) AS dataset, "partition", batch_id, revision, place, mode, manifest, manifest_version, execution,
  read, written, deduplicated, rejected, inserted, updated, deleted, outdated, removed, forced, loaded_at
FROM {{ledger}}
