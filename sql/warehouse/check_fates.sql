-- sluice.check_fates: the comparison must give each staged key one fate. More of them mean that a key stands in the target
-- more than once, which no upsert has done: Redshift enforces no key (C10.1).
-- Raises sluice:Unbalanced. fates is the quoted name of the table of the comparison.
CREATE OR REPLACE PROCEDURE sluice.check_fates(dataset varchar(64), fates varchar(512), expected bigint)
AS $$
DECLARE
  rows_found bigint;
BEGIN
  EXECUTE 'SELECT COUNT(*) FROM ' || fates INTO rows_found;
  IF rows_found <> expected THEN
    RAISE EXCEPTION 'sluice:Unbalanced: the % rows of the batch meet % in the table of %: a key occurs there more than once. Nothing was loaded; remove the surplus rows, then rerun the batch.',
      expected, rows_found, dataset;
  END IF;
END;
$$ LANGUAGE plpgsql
