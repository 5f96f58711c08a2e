-- sluice.check_history: rows that no statement of a batch stands behind have no place in a history: the next load of their
-- key would lose them. Called once, before the statements' table is made.
-- Raises sluice:SchemaDrift when the statements' table is not there and the target has rows.
CREATE OR REPLACE PROCEDURE sluice.check_history(table_schema varchar(128), target varchar(128), statements varchar(128))
AS $$
DECLARE
  rows_found bigint;
BEGIN
  SELECT COUNT(*) INTO rows_found
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = 'sluice' AND c.relname = statements;
  IF rows_found > 0 THEN
    RETURN;
  END IF;
  EXECUTE 'SELECT COUNT(*) FROM (SELECT 1 AS one FROM ' || QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(target)
    || ' LIMIT 1) AS any_row' INTO rows_found;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:SchemaDrift: %.% has rows, but sluice.%, which holds the statements of a history''s batches, is missing, so the origin of these rows is unknown. Nothing was loaded. Name a new table in the contract, or empty this one (DELETE FROM %.%), then load the batches again (sluice backfill --force).',
      table_schema, target, statements, table_schema, target;
  END IF;
END;
$$ LANGUAGE plpgsql
