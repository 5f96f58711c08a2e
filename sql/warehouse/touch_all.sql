-- sluice.touch_all: a table that is empty gets the versions of every key, not only of those that the batch has: it was
-- dropped or emptied, and what its batches said is still there.
-- target, statements, touched and key_columns are SQL that Sluice has quoted.
CREATE OR REPLACE PROCEDURE sluice.touch_all(
  target varchar(512), statements varchar(512), touched varchar(512), key_columns varchar(16384)
)
AS $$
DECLARE
  present bigint;
BEGIN
  EXECUTE 'SELECT COUNT(*) FROM (SELECT 1 AS one FROM ' || target || ' LIMIT 1) AS any_row' INTO present;
  IF present = 0 THEN
    EXECUTE 'DELETE FROM ' || touched;
    EXECUTE 'INSERT INTO ' || touched || ' SELECT DISTINCT ' || key_columns || ' FROM ' || statements;
  END IF;
END;
$$ LANGUAGE plpgsql
