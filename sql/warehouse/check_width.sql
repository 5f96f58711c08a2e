-- sluice.check_width: asked right before a VARCHAR is widened to planned bytes, outside of any lock (C8.4): Redshift would
-- as well narrow a column whose values all fit, so the plan of an older contract must not come behind a newer one's.
-- Raises sluice:SchemaDrift when the column is gone or has more room by now. A repeat finds what it has set.
CREATE OR REPLACE PROCEDURE sluice.check_width(
  table_schema varchar(128), target varchar(128), widened varchar(128), planned bigint
)
AS $$
DECLARE
  present bigint;
BEGIN
  -- A VARCHAR's type modifier is its length and 4.
  SELECT COALESCE(MAX(a.atttypmod), 0) - 4 INTO present
  FROM pg_catalog.pg_attribute AS a
  INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = table_schema AND c.relname = target AND a.attname = widened AND a.attnum > 0 AND NOT a.attisdropped;
  IF present < 1 OR present > planned THEN
    RAISE EXCEPTION 'sluice:SchemaDrift: %.%: column % was to be widened to % bytes, but already has %: another load changed the table since this one was planned. Nothing was changed. Start a new execution of the manifest.',
      table_schema, target, widened, planned, present;
  END IF;
END;
$$ LANGUAGE plpgsql
