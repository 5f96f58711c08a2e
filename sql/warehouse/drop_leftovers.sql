-- sluice.drop_leftovers: drops the tables that older revisions have left beside the target: their loads were broken off,
-- and cannot go on any more once a newer revision is loaded. The lock table has noted their places.
CREATE OR REPLACE PROCEDURE sluice.drop_leftovers(
  dataset varchar(64), table_schema varchar(128), name_prefix varchar(128), this_place varchar(80)
)
AS $$
DECLARE
  noted RECORD;
BEGIN
  FOR noted IN EXECUTE 'SELECT DISTINCT SUBSTRING(SHA2(place, 256), 1, 12) AS mark FROM sluice.'
    || QUOTE_IDENT('lock_' || dataset) || ' WHERE place < ' || QUOTE_LITERAL(this_place)
  LOOP
    EXECUTE 'DROP TABLE IF EXISTS ' || QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(name_prefix || noted.mark);
  END LOOP;
END;
$$ LANGUAGE plpgsql
