-- Counts the staged rows, and the rows that the target has before they are taken out.
-- counts: table, made here with one row; staging, target: tables. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  staged.staged_rows AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  present.present_rows AS removed
FROM (SELECT COUNT(*) AS staged_rows FROM {{staging}}) AS staged
CROSS JOIN (SELECT COUNT(*) AS present_rows FROM {{target}}) AS present
