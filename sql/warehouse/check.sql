-- sluice.check: what must hold for staged rows before they touch the target; Redshift enforces no key (C10.1).
-- Raises sluice:WarehouseCheckFailed when the rows are not as many as expected, a key is NULL or stands twice.
-- staged, key_columns and key_is_null are SQL that Sluice has quoted; the last two are '' without a key.
CREATE OR REPLACE PROCEDURE sluice.check(
  staged varchar(512), expected bigint, key_columns varchar(16384), key_is_null varchar(16384)
)
AS $$
DECLARE
  rows_found bigint;
BEGIN
  EXECUTE 'SELECT COUNT(*) FROM ' || staged INTO rows_found;
  IF rows_found <> expected THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % has % rows where the report says %. Nothing was loaded; rerun the batch.',
      staged, rows_found, expected;
  END IF;
  IF key_columns = '' THEN
    RETURN;
  END IF;
  EXECUTE 'SELECT COUNT(*) FROM ' || staged || ' WHERE ' || key_is_null INTO rows_found;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % staged rows of % have no key (%). Nothing was loaded; rerun the batch.',
      rows_found, staged, key_columns;
  END IF;
  EXECUTE 'SELECT COUNT(*) FROM (SELECT ' || key_columns || ' FROM ' || staged || ' GROUP BY ' || key_columns
    || ' HAVING COUNT(*) > 1) AS twice' INTO rows_found;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % keys (%) stand more than once in %. Nothing was loaded; rerun the batch.',
      rows_found, key_columns, staged;
  END IF;
END;
$$ LANGUAGE plpgsql
