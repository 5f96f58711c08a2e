-- The part of sluice.batch_checks that comes from one dataset.
-- dataset: literal; results, ledger: tables.
SELECT
  CAST({{dataset}} AS varchar(64)) AS dataset, loaded."partition", loaded.batch_id, loaded.revision,
  results.name, results.severity, results.passed, results.found, results.checked_at
FROM {{results}} AS results
INNER JOIN {{ledger}} AS loaded ON loaded.batch_id = results.batch_id AND loaded.revision = results.revision
