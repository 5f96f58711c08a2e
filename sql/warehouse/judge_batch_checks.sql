-- sluice.judge_batch_checks: called behind the checks of a batch, which have noted their answers; the transaction that an error
-- ends takes the notes back with everything else.
-- Raises sluice:BatchCheckFailed with the checks that did not pass and whose severity is refuse.
CREATE OR REPLACE PROCEDURE sluice.judge_batch_checks(dataset varchar(64), this_batch varchar(32), this_revision varchar(64))
AS $$
DECLARE
  failed record;
  told varchar(20000);
BEGIN
  told := '';
  FOR failed IN EXECUTE 'SELECT name, found FROM sluice.' || QUOTE_IDENT('checks_' || dataset)
    || ' WHERE batch_id = ' || QUOTE_LITERAL(this_batch) || ' AND revision = ' || QUOTE_LITERAL(this_revision)
    || ' AND severity = ''refuse'' AND NOT passed ORDER BY name'
  LOOP
    told := told || CASE WHEN told = '' THEN '' ELSE ', ' END || failed.name || ' (' || failed.found || ')';
  END LOOP;
  IF told <> '' THEN
    RAISE EXCEPTION 'sluice:BatchCheckFailed: batch % of % does not pass: %. Nothing was changed. Deliver a corrected revision, or correct the check in the contract, deploy and rerun the batch.',
      this_batch, dataset, told;
  END IF;
END;
$$ LANGUAGE plpgsql
