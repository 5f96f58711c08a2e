-- sluice.remove_rows: takes the rows of a batch, or all rows, out of a table and adds their number to removed in counts.
-- ROW_COUNT is of the last command that was sent to the engine, which spares a scan of the table to count them.
-- target and counts are quoted names; batch is a LIKE pattern over the places of the batch, '' for all rows.
CREATE OR REPLACE PROCEDURE sluice.remove_rows(target varchar(512), batch varchar(128), counts varchar(512))
AS $$
DECLARE
  rows_removed bigint;
BEGIN
  IF batch = '' THEN
    EXECUTE 'DELETE FROM ' || target;
  ELSE
    EXECUTE 'DELETE FROM ' || target || ' WHERE sluice_batch LIKE ' || QUOTE_LITERAL(batch);
  END IF;
  GET DIAGNOSTICS rows_removed := ROW_COUNT;
  EXECUTE 'UPDATE ' || counts || ' SET removed = removed + ' || CAST(rows_removed AS varchar(20));
END;
$$ LANGUAGE plpgsql
