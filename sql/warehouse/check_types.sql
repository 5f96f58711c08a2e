-- sluice.check_types: a load is planned from an inspection that may be hours old when the rows are written. A column that has
-- become narrower since would take other values than were delivered: a decimal of fewer places rounds them without a word.
-- noted is a temporary table of the target's columns (load/note_types), dropped here; expected has a line for each column
-- that the plan relies on: name, tab, type as FORMAT_TYPE shows it. A VARCHAR may have more room by now.
-- Raises sluice:SchemaDrift.
CREATE OR REPLACE PROCEDURE sluice.check_types(
  noted varchar(128), shown varchar(260), expected varchar(65535), columns_expected bigint
)
AS $$
DECLARE
  present RECORD;
  planned varchar(256);
  columns_found bigint;
BEGIN
  columns_found := 0;
  FOR present IN
    SELECT
      CAST(a.attname AS varchar(128)) AS column_name,
      CAST(FORMAT_TYPE(a.atttypid, a.atttypmod) AS varchar(128)) AS type_name
    FROM pg_catalog.pg_attribute AS a
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    WHERE c.relname = noted AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  LOOP
    planned := SPLIT_PART(SPLIT_PART(expected, CHR(10) || present.column_name || CHR(9), 2), CHR(10), 1);
    IF planned <> '' THEN
      columns_found := columns_found + 1;
      IF planned <> present.type_name AND NOT (
        planned LIKE 'character varying(%' AND present.type_name LIKE 'character varying(%'
        AND CAST(SPLIT_PART(SPLIT_PART(present.type_name, '(', 2), ')', 1) AS bigint)
          >= CAST(SPLIT_PART(SPLIT_PART(planned, '(', 2), ')', 1) AS bigint)
      ) THEN
        RAISE EXCEPTION 'sluice:SchemaDrift: %: column % is now %, but was % when the load was planned: somebody altered the table meanwhile. Nothing was loaded. Start a new execution of the manifest.',
          shown, present.column_name, present.type_name, planned;
      END IF;
    END IF;
  END LOOP;
  IF columns_found <> columns_expected THEN
    RAISE EXCEPTION 'sluice:SchemaDrift: %: only % of the % columns that it had when the load was planned still exist: somebody altered the table meanwhile. Nothing was loaded. Start a new execution of the manifest.',
      shown, columns_found, columns_expected;
  END IF;
  EXECUTE 'DROP TABLE ' || QUOTE_IDENT(noted);
END;
$$ LANGUAGE plpgsql
