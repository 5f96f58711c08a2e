-- sluice.add_column: adds a column at the end of a table unless it is there, so that a repeat changes nothing.
-- definition is the type and default as DDL writes them, rendered by Sluice.
CREATE OR REPLACE PROCEDURE sluice.add_column(
  table_schema varchar(128), target varchar(128), added varchar(128), definition varchar(512)
)
AS $$
DECLARE
  rows_found bigint;
BEGIN
  SELECT COUNT(*) INTO rows_found
  FROM pg_catalog.pg_attribute AS a
  INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = table_schema AND c.relname = target AND a.attname = added AND a.attnum > 0 AND NOT a.attisdropped;
  IF rows_found = 0 THEN
    EXECUTE 'ALTER TABLE ' || QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(target)
      || ' ADD COLUMN ' || QUOTE_IDENT(added) || ' ' || definition;
  END IF;
END;
$$ LANGUAGE plpgsql
