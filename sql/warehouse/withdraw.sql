-- sluice.withdraw: takes away what earlier revisions of a batch have said. As a rule there are none, and then nothing looks
-- through the statements for it.
-- statements and withdrawn are quoted names; batch is a LIKE pattern over the places of the batch.
CREATE OR REPLACE PROCEDURE sluice.withdraw(statements varchar(512), withdrawn varchar(512), batch varchar(128))
AS $$
DECLARE
  rows_found bigint;
BEGIN
  EXECUTE 'SELECT COUNT(*) FROM ' || withdrawn INTO rows_found;
  IF rows_found > 0 THEN
    EXECUTE 'DELETE FROM ' || statements || ' WHERE sluice_batch LIKE ' || QUOTE_LITERAL(batch);
  END IF;
END;
$$ LANGUAGE plpgsql
