-- sluice.balance: the counts of a revision's ledger row must add up, or the transaction ends here.
-- Raises sluice:Unbalanced unless read = written + deduplicated + rejected and written = inserted + updated + deleted +
-- outdated; for a refresh, whole_table (quoted, else '') must have the written rows.
CREATE OR REPLACE PROCEDURE sluice.balance(
  dataset varchar(64), this_batch varchar(32), this_revision varchar(64), whole_table varchar(512)
)
AS $$
DECLARE
  ledger_row varchar(1024);
  rows_read bigint;
  rows_written bigint;
  rows_apart bigint;
  rows_counted bigint;
  rows_found bigint;
BEGIN
  ledger_row := ' FROM sluice.' || QUOTE_IDENT('loads_' || dataset) || ' WHERE batch_id = ' || QUOTE_LITERAL(this_batch)
    || ' AND revision = ' || QUOTE_LITERAL(this_revision);
  EXECUTE 'SELECT COUNT(*), SUM(read), SUM(written), SUM(deduplicated + rejected), SUM(inserted + updated + deleted + outdated)'
    || ledger_row INTO rows_found, rows_read, rows_written, rows_apart, rows_counted;
  IF rows_found <> 1 THEN
    RAISE EXCEPTION 'sluice:Unbalanced: revision % of batch % has % ledger rows instead of one. Nothing was loaded; this is a bug in Sluice, please report it.',
      this_revision, this_batch, rows_found;
  END IF;
  IF rows_read <> rows_written + rows_apart THEN
    RAISE EXCEPTION 'sluice:Unbalanced: % records were read, but % written and % deduplicated or rejected. Nothing was loaded; this is a bug in Sluice, please report it.',
      rows_read, rows_written, rows_apart;
  END IF;
  IF rows_written <> rows_counted THEN
    RAISE EXCEPTION 'sluice:Unbalanced: % rows were written, but % inserted, updated, deleted or outdated. Nothing was loaded; this is a bug in Sluice, please report it.',
      rows_written, rows_counted;
  END IF;
  IF whole_table <> '' THEN
    EXECUTE 'SELECT COUNT(*) FROM ' || whole_table INTO rows_found;
    IF rows_found <> rows_written THEN
      RAISE EXCEPTION 'sluice:Unbalanced: % has % rows, but % were written. Nothing was loaded; this is a bug in Sluice, please report it.',
        whole_table, rows_found, rows_written;
    END IF;
  END IF;
END;
$$ LANGUAGE plpgsql
