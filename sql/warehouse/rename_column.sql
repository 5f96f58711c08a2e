-- sluice.rename_column: gives a column its new name; a table that has the new one alone is left as it is, so that a repeat
-- changes nothing. Called under the dataset's lock: what another load renamed is seen. Grants, comments, keys and bound views
-- go by the column and not by its name.
-- Raises sluice:SchemaDrift when both names are there by now, or neither.
CREATE OR REPLACE PROCEDURE sluice.rename_column(
  table_schema varchar(128), target varchar(128), old_name varchar(128), new_name varchar(128)
)
AS $$
DECLARE
  old_there bigint;
  new_there bigint;
  there bigint;
BEGIN
  SELECT
    COALESCE(SUM(CASE WHEN a.attname = old_name THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN a.attname = new_name THEN 1 ELSE 0 END), 0)
  INTO old_there, new_there
  FROM pg_catalog.pg_attribute AS a
  INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = table_schema AND c.relname = target AND a.attnum > 0 AND NOT a.attisdropped;
  IF old_there = 0 AND new_there = 1 THEN
    RETURN;
  END IF;
  there := old_there + new_there;
  IF there <> 1 THEN
    RAISE EXCEPTION 'sluice:SchemaDrift: %.%: column % was to be renamed to %, but the table now has % of the two names: somebody changed it since this load was planned. Nothing was loaded. Start a new execution of the manifest.',
      table_schema, target, old_name, new_name, there;
  END IF;
  EXECUTE 'ALTER TABLE ' || QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(target)
    || ' RENAME COLUMN "' || old_name || '" TO "' || new_name || '"';
END;
$$ LANGUAGE plpgsql
