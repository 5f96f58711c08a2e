-- sluice.grow_table: gives a table the rows of another one that has wider types for some of its columns: the other one,
-- replacement, is there and empty, and the caller holds the exclusive lock of the table since before its first snapshot, so
-- that every row is seen and none comes later. Copies the rows, hands over grants and comments, lets replacement take the
-- table's name. The table that was there stands aside under that name, for readers who wait for it, and for the views that are
-- bound to it until sluice.follow_views has made them again.
-- grown has a line for each column: name, tab, type before, tab, type after, as FORMAT_TYPE shows them. When all have their
-- types by now, replacement is dropped and nothing else is done.
-- Raises sluice:SchemaDrift when the table is not what the plan was made for; sluice:DependentViews for what cannot follow.
CREATE OR REPLACE PROCEDURE sluice.grow_table(
  table_schema varchar(128), target varchar(128), replacement varchar(128), aside varchar(128), grown varchar(65535)
)
AS $$
DECLARE
  noted RECORD;
  column_names varchar(65535);
  target_full varchar(512);
  replacement_full varchar(512);
  rows_before bigint;
  rows_after bigint;
  found bigint;
BEGIN
  target_full := QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(target);
  replacement_full := QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(replacement);
  found := 0;
  CALL sluice.check_growth(table_schema, target, replacement, grown, found);
  IF found = 0 THEN
    EXECUTE 'DROP TABLE ' || replacement_full;
    RETURN;
  END IF;
  CALL sluice.check_dependents(table_schema, target, aside, 'grow');
  CALL sluice.note_views(table_schema, target);
  DROP TABLE sluice_noted_views;
  column_names := '';
  FOR noted IN
    SELECT CAST(a.attname AS varchar(128)) AS column_name
    FROM pg_catalog.pg_attribute AS a
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = table_schema AND c.relname = replacement AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  LOOP
    column_names := column_names || CASE column_names WHEN '' THEN '' ELSE ', ' END || '"' || noted.column_name || '"';
  END LOOP;
  EXECUTE 'INSERT INTO ' || replacement_full || ' (' || column_names || ') SELECT ' || column_names || ' FROM ' || target_full;
  EXECUTE 'SELECT COUNT(*) FROM ' || target_full INTO rows_before;
  EXECUTE 'SELECT COUNT(*) FROM ' || replacement_full INTO rows_after;
  IF rows_before <> rows_after THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: %.% has % rows, and its copy with the new types %. Nothing was changed; start a new execution of the manifest.',
      table_schema, target, rows_before, rows_after;
  END IF;
  CALL sluice.hand_over(table_schema, target, replacement);
  CALL sluice.copy_comments(table_schema, target, replacement);
  EXECUTE 'DROP TABLE IF EXISTS ' || QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(aside);
  EXECUTE 'ALTER TABLE ' || target_full || ' RENAME TO ' || QUOTE_IDENT(aside);
  EXECUTE 'ALTER TABLE ' || replacement_full || ' RENAME TO ' || QUOTE_IDENT(target);
END;
$$ LANGUAGE plpgsql
