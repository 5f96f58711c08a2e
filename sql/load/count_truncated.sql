-- As count_staged, with the rows that the TRUNCATE of this load took out, which the lock table remembers.
-- counts: table, made here with one row; staging, lock: tables; mark: literal. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  staged.staged_rows AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  CAST(noted.truncated_rows AS bigint) AS removed
FROM (SELECT COUNT(*) AS staged_rows FROM {{staging}}) AS staged
CROSS JOIN (SELECT COALESCE(SUM(truncated), 0) AS truncated_rows FROM {{lock}} WHERE place = {{mark}}) AS noted
