-- The part of sluice.loads that comes from one dataset.
-- dataset: literal; ledger: table.
SELECT
  CAST({{dataset}} AS varchar(64)) AS dataset, "partition", batch_id, revision, place, mode, manifest, manifest_version, execution,
  read, written, deduplicated, rejected, inserted, updated, deleted, outdated, removed, forced, loaded_at,
  CAST(CASE WHEN mode = 'rollback' THEN mode WHEN revision LIKE '%.r%' THEN 'replay' ELSE 'batch' END AS varchar(8)) AS kind
FROM {{ledger}}
