-- sluice.guard: what makes a load exactly-once. Called under the lock, it reads the dataset's own ledger.
-- Raises sluice:AlreadyLoaded when this revision is in it (a forced one: when this execution put it there), and
-- sluice:Superseded when a newer one is: for a refresh (kind 'refresh') any of a greater place, else a newer revision of
-- the batch. A forced load passes the second; kind 'rollback' has none. Kind 'replay' (revision `<loaded>.r<number>`) must
-- follow right behind the revision whose rejected records it reads, or behind the replay before it.
CREATE OR REPLACE PROCEDURE sluice.guard(
  dataset varchar(64), this_batch varchar(32), this_revision varchar(64), this_place varchar(80),
  this_execution varchar(400), kind varchar(16), is_forced boolean
)
AS $$
DECLARE
  ledger varchar(256);
  present bigint;
  newest varchar(128);
  expected varchar(128);
  replays integer;
BEGIN
  ledger := 'sluice.' || QUOTE_IDENT('loads_' || dataset);

  IF is_forced THEN
    EXECUTE 'SELECT COUNT(*) FROM ' || ledger || ' WHERE batch_id = ' || QUOTE_LITERAL(this_batch)
      || ' AND revision = ' || QUOTE_LITERAL(this_revision)
      || ' AND execution = ' || QUOTE_LITERAL(this_execution) INTO present;
  ELSE
    EXECUTE 'SELECT COUNT(*) FROM ' || ledger || ' WHERE batch_id = ' || QUOTE_LITERAL(this_batch)
      || ' AND revision = ' || QUOTE_LITERAL(this_revision)
      INTO present;
  END IF;
  IF present > 0 THEN
    RAISE EXCEPTION 'sluice:AlreadyLoaded: revision % of batch % of % is already loaded. Nothing needs to be done; to load it again, force it.',
      this_revision, this_batch, dataset;
  END IF;
  IF is_forced OR kind = 'rollback' THEN
    RETURN;
  END IF;

  IF kind = 'refresh' THEN
    EXECUTE 'SELECT COALESCE(MAX(place), '''') FROM ' || ledger INTO newest;
    IF newest > this_place THEN
      RAISE EXCEPTION 'sluice:Superseded: % holds the newer place %, so %, which is older, must not replace it. To load it anyway, force it.',
        dataset, newest, this_place;
    END IF;
  ELSE
    EXECUTE 'SELECT COALESCE(MAX(revision), '''') FROM ' || ledger || ' WHERE batch_id = ' || QUOTE_LITERAL(this_batch)
      INTO newest;
    IF kind = 'replay' THEN
      expected := SPLIT_PART(this_revision, '.', 1);
      replays := CAST(RIGHT(this_revision, 3) AS integer);
      IF replays > 1 THEN
        expected := expected || '.r' || LPAD(CAST(replays - 1 AS varchar(3)), 3, '0');
      END IF;
      IF newest <> expected THEN
        RAISE EXCEPTION 'sluice:Superseded: the rejected records of revision % of batch % of % were to be replayed, but the newest loaded revision is ''%''. Start the replay again.',
          expected, this_batch, dataset, newest;
      END IF;
      RETURN;
    END IF;
    IF newest > this_revision THEN
      RAISE EXCEPTION 'sluice:Superseded: the newer revision % of batch % of % is loaded, so % must not follow it. To load it anyway, force it.',
        newest, this_batch, dataset, this_revision;
    END IF;
  END IF;
END;
$$ LANGUAGE plpgsql
