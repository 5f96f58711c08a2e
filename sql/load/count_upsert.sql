-- Counts what the comparison decided, for the ledger.
-- counts: table, made here with one row; fates: table. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  CAST(COALESCE(SUM(CASE WHEN sluice_fate = 'inserted' THEN 1 ELSE 0 END), 0) AS bigint) AS inserted,
  CAST(COALESCE(SUM(CASE WHEN sluice_fate = 'updated' THEN 1 ELSE 0 END), 0) AS bigint) AS updated,
  CAST(COALESCE(SUM(CASE WHEN sluice_fate = 'deleted' THEN 1 ELSE 0 END), 0) AS bigint) AS deleted,
  CAST(COALESCE(SUM(CASE WHEN sluice_fate = 'outdated' THEN 1 ELSE 0 END), 0) AS bigint) AS outdated,
  CAST(0 AS bigint) AS removed
FROM {{fates}}
