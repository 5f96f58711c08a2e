-- sluice.check_columns: called behind an INSERT that has placed its values by position, because its text had no room for the
-- names of all columns; the INSERT keeps everybody from altering the table. expected is the chained MD5 of the names.
-- Raises sluice:WarehouseCheckFailed when the table's columns are others by now, or in another order.
CREATE OR REPLACE PROCEDURE sluice.check_columns(table_schema varchar(128), target varchar(128), expected varchar(32))
AS $$
DECLARE
  noted RECORD;
  chained varchar(32);
BEGIN
  chained := '';
  FOR noted IN
    SELECT CAST(a.attname AS varchar(128)) AS column_name
    FROM pg_catalog.pg_attribute AS a
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = table_schema AND c.relname = target AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  LOOP
    chained := MD5(chained || noted.column_name);
  END LOOP;
  IF chained <> expected THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: the columns of %.% are not those that the load was planned for, or in another order; somebody changed the table meanwhile. Nothing was loaded; start a new execution of the manifest.',
      table_schema, target;
  END IF;
END;
$$ LANGUAGE plpgsql
