-- Counts the staged rows, and the rows of this batch that an earlier revision left, before they are taken out.
-- counts: table, made here with one row; staging, target: tables; batch: literal, a LIKE pattern. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  CAST((SELECT COUNT(*) FROM {{staging}}) AS bigint) AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  CAST((SELECT COUNT(*) FROM {{target}} WHERE sluice_batch LIKE {{batch}}) AS bigint) AS removed
