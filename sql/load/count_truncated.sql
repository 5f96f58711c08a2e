-- As count_refresh, with the rows that the TRUNCATE of this revision took out, which the lock table remembers.
-- counts: table, made here with one row; staging, target, lock: tables; place: literal. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  CAST((SELECT COUNT(*) FROM {{staging}}) AS bigint) AS inserted,
  CAST(0 AS bigint) AS updated,
  CAST(0 AS bigint) AS deleted,
  CAST(0 AS bigint) AS outdated,
  CAST(
    (SELECT COUNT(*) FROM {{target}})
    + (SELECT COALESCE(SUM(truncated), 0) FROM {{lock}} WHERE place = {{place}})
    AS bigint
  ) AS removed
