-- Counts what the batch's statements came to, for the ledger: lost to a greater place, deletions, those that begin a version,
-- those that say the same again; and the statements of earlier revisions that this one no longer has.
-- counts: table, made here with one row; is_there: column of said; said, repeats, withdrawn, staging: tables; is_ours: condition;
-- same_key, same_statement: conditions; is_absent: condition. Returns nothing.
CREATE TEMPORARY TABLE {{counts}} AS
SELECT
  CAST(COALESCE(SUM(CASE WHEN said.sluice_number > 0 AND {{is_there}} AND repeats.sluice_number IS NULL THEN 1 ELSE 0 END), 0) AS bigint) AS inserted,
  CAST(COALESCE(SUM(CASE WHEN repeats.sluice_number IS NOT NULL THEN 1 ELSE 0 END), 0) AS bigint) AS updated,
  CAST(COALESCE(SUM(CASE WHEN said.sluice_number > 0 AND NOT {{is_there}} THEN 1 ELSE 0 END), 0) AS bigint) AS deleted,
  CAST(COALESCE(SUM(CASE WHEN said.sluice_number = 0 THEN 1 ELSE 0 END), 0) AS bigint) AS outdated,
  CAST((
    SELECT COUNT(*)
    FROM {{withdrawn}} AS withdrawn
    LEFT JOIN {{staging}} AS staged ON {{same_statement}}
    WHERE {{is_absent}}
  ) AS bigint) AS removed
FROM {{said}} AS said
LEFT JOIN {{repeats}} AS repeats ON {{same_key}} AND repeats.sluice_number = said.sluice_number
WHERE {{is_ours}}
