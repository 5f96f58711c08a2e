-- Counts the staged rows. The rows that are taken out are added when they are (remove_rows).
-- counts: table, made here with one row; staging: table. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  COUNT(*) AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  CAST(0 AS bigint) AS removed
FROM {{staging}}
