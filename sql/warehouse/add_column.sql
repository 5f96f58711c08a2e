-- sluice.add_column: adds a column at the end of a table unless it is there, so that a repeat changes nothing. Called under
-- the dataset's lock: what another load added is seen.
-- definition is the type and default as DDL writes them, rendered by Sluice; planned is the type as FORMAT_TYPE shows it.
-- Raises sluice:SchemaDrift when the column is there by now with another type; a VARCHAR with more room is fine.
CREATE OR REPLACE PROCEDURE sluice.add_column(
  table_schema varchar(128), target varchar(128), added varchar(128), definition varchar(512), planned varchar(128)
)
AS $$
DECLARE
  present varchar(128);
BEGIN
  SELECT MAX(FORMAT_TYPE(a.atttypid, a.atttypmod)) INTO present
  FROM pg_catalog.pg_attribute AS a
  INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = table_schema AND c.relname = target AND a.attname = added AND a.attnum > 0 AND NOT a.attisdropped;
  IF present IS NULL THEN
    EXECUTE 'ALTER TABLE ' || QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(target)
      || ' ADD COLUMN "' || added || '" ' || definition;
    RETURN;
  END IF;
  IF present = planned THEN
    RETURN;
  END IF;
  IF present LIKE 'character varying(%' AND planned LIKE 'character varying(%' THEN
    IF CAST(SPLIT_PART(SPLIT_PART(present, '(', 2), ')', 1) AS integer)
      > CAST(SPLIT_PART(SPLIT_PART(planned, '(', 2), ')', 1) AS integer) THEN
      RETURN;
    END IF;
  END IF;
  RAISE EXCEPTION 'sluice:SchemaDrift: %.%: column % was to be added as %, but now exists as %: another load changed the table since this one was planned. Nothing was loaded. Start a new execution of the manifest.',
    table_schema, target, added, planned, present;
END;
$$ LANGUAGE plpgsql
