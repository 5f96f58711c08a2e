-- Counts the rows that a rollback takes out of the table's place; it writes none.
-- counts: table, made here with one row; target: table. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  CAST(0 AS bigint) AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  COUNT(*) AS removed
FROM {{target}}
