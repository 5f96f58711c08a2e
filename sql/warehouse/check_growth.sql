-- sluice.check_growth: whether a table is what a growth was planned for: it has the columns of its replacement, with the same
-- types, but for those that grow (see sluice.grow_table). Changes nothing.
-- to_grow returns how many columns have their types of before; with 0 all is done already.
-- Raises sluice:SchemaDrift for a table that somebody has altered since.
CREATE OR REPLACE PROCEDURE sluice.check_growth(
  table_schema varchar(128), target varchar(128), replacement varchar(128), grown varchar(65535), INOUT to_grow bigint
)
AS $$
DECLARE
  present RECORD;
  planned varchar(1024);
  columns_found bigint;
  columns_made bigint;
BEGIN
  to_grow := 0;
  columns_found := 0;
  SELECT COUNT(*) INTO columns_made
  FROM pg_catalog.pg_attribute AS a
  INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = table_schema AND c.relname = replacement AND a.attnum > 0 AND NOT a.attisdropped;
  FOR present IN
    SELECT
      CAST(a.attname AS varchar(128)) AS column_name,
      CAST(FORMAT_TYPE(a.atttypid, a.atttypmod) AS varchar(128)) AS type_name,
      CAST(COALESCE(FORMAT_TYPE(m.atttypid, m.atttypmod), 'no column') AS varchar(128)) AS type_made
    FROM pg_catalog.pg_attribute AS a
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    INNER JOIN pg_catalog.pg_class AS r ON r.relnamespace = c.relnamespace AND r.relname = replacement
    LEFT JOIN pg_catalog.pg_attribute AS m
      ON m.attrelid = r.oid AND m.attname = a.attname AND m.attnum > 0 AND NOT m.attisdropped
    WHERE n.nspname = table_schema AND c.relname = target AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  LOOP
    columns_found := columns_found + 1;
    planned := SPLIT_PART(SPLIT_PART(grown, CHR(10) || present.column_name || CHR(9), 2), CHR(10), 1);
    IF present.type_name <> present.type_made THEN
      IF planned <> present.type_name || CHR(9) || present.type_made THEN
        RAISE EXCEPTION 'sluice:SchemaDrift: %.%: column % is now %, but % was planned: another load changed the table since this one was planned. Nothing was changed. Start a new execution of the manifest.',
          table_schema, target, present.column_name, present.type_name, present.type_made;
      END IF;
      to_grow := to_grow + 1;
    END IF;
  END LOOP;
  IF columns_found <> columns_made THEN
    RAISE EXCEPTION 'sluice:SchemaDrift: %.% now has % columns, but % were planned: another load changed the table since this one was planned. Nothing was changed. Start a new execution of the manifest.',
      table_schema, target, columns_found, columns_made;
  END IF;
END;
$$ LANGUAGE plpgsql
