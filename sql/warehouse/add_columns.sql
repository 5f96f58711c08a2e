-- sluice.add_columns: adds the columns of a list, a line each (see sluice.add_column): a statement may have 100 KB only, and a
-- batch 40 statements.
CREATE OR REPLACE PROCEDURE sluice.add_columns(table_schema varchar(128), target varchar(128), added varchar(65535))
AS $$
DECLARE
  line_number integer;
  line varchar(2048);
BEGIN
  line_number := 1;
  line := SPLIT_PART(added, CHR(10), 1);
  WHILE line <> '' LOOP
    CALL sluice.add_column(
      table_schema, target, SPLIT_PART(line, '|', 1), SPLIT_PART(line, '|', 2), SPLIT_PART(line, '|', 3)
    );
    line_number := line_number + 1;
    line := SPLIT_PART(added, CHR(10), line_number);
  END LOOP;
END;
$$ LANGUAGE plpgsql
