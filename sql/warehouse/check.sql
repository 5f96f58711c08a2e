-- sluice.check: what must hold for staged rows before they touch the target; Redshift enforces no key (C10.1).
-- Raises sluice:WarehouseCheckFailed when the rows are not as many as expected, a key is NULL or stands twice; and
-- sluice:Superseded when a table with a schema, which an earlier step has filled, is gone: a newer load took it away.
-- staged, key_columns and key_is_null are SQL that Sluice has quoted; the last two are '' without a key. One scan.
CREATE OR REPLACE PROCEDURE sluice.check(
  staged varchar(512), expected bigint, key_columns varchar(16384), key_is_null varchar(16384)
)
AS $$
DECLARE
  rows_found bigint;
  rows_without_key bigint;
  keys_twice bigint;
BEGIN
  IF staged LIKE '%"."%' THEN
    SELECT COUNT(*) INTO rows_found
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE '"' || n.nspname || '"."' || c.relname || '"' = staged;
    IF rows_found = 0 THEN
      RAISE EXCEPTION 'sluice:Superseded: %, which this load had filled, is gone: a newer load has ended meanwhile and removed it, and the table has its rows. To load this older batch anyway, force it in a new execution.',
        staged;
    END IF;
  END IF;
  IF key_columns = '' THEN
    EXECUTE 'SELECT COUNT(*), 0, 0 FROM ' || staged INTO rows_found, rows_without_key, keys_twice;
  ELSE
    EXECUTE 'SELECT COALESCE(SUM(alike), 0), COALESCE(SUM(CASE WHEN ' || key_is_null || ' THEN alike ELSE 0 END), 0),'
      || ' COALESCE(SUM(CASE WHEN alike > 1 THEN 1 ELSE 0 END), 0) FROM (SELECT ' || key_columns
      || ', COUNT(*) AS alike FROM ' || staged || ' GROUP BY ' || key_columns || ') AS keyed'
      INTO rows_found, rows_without_key, keys_twice;
  END IF;
  IF rows_found <> expected THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % has % rows, but the report says %. Nothing was loaded; rerun the batch.',
      staged, rows_found, expected;
  END IF;
  IF rows_without_key > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % staged rows of % have no key (%). Nothing was loaded; rerun the batch.',
      rows_without_key, staged, key_columns;
  END IF;
  IF keys_twice > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % keys (%) occur more than once in %. Nothing was loaded; rerun the batch.',
      keys_twice, key_columns, staged;
  END IF;
END;
$$ LANGUAGE plpgsql
