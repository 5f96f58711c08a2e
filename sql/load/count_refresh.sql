-- Counts the staged rows, and the rows that the target has before they are taken out.
-- counts: table, made here with one row; staging, target: tables. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  CAST((SELECT COUNT(*) FROM {{staging}}) AS bigint) AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  CAST((SELECT COUNT(*) FROM {{target}}) AS bigint) AS removed
