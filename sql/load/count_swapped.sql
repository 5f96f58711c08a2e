-- Counts the rows of a replacement, which are the table's when it is swapped, and of the table whose place it takes.
-- counts: table, made here with one row; replacement, target: tables. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  incoming.replacement_rows AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  present.present_rows AS removed
FROM (SELECT COUNT(*) AS replacement_rows FROM {{replacement}}) AS incoming
CROSS JOIN (SELECT COUNT(*) AS present_rows FROM {{target}}) AS present
