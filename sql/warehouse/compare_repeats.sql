-- sluice.compare_repeats: takes out of the repeats the statements that do not say the same as the one before them of their key,
-- in all tracked columns; NULL equals NULL. A wide contract has more columns than one statement has room to compare, so they are
-- compared in parts. SUPER is compared as a value, and as text where the engine has no answer for two values.
-- said, repeats and the lists are SQL that Sluice has quoted; the lists have commas between their names. Before each tracked
-- one stands what it is: s for SUPER, else v.
CREATE OR REPLACE PROCEDURE sluice.compare_repeats(
  said varchar(512), repeats varchar(512), key_columns varchar(16384), tracked varchar(65535)
)
AS $$
DECLARE
  rows_found bigint;
  part integer;
  which varchar(256);
  how varchar(1);
  same_as_earlier varchar(32768);
  same_as_repeats varchar(32768);
  same varchar(65535);
BEGIN
  EXECUTE 'SELECT COUNT(*) FROM ' || repeats INTO rows_found;
  IF rows_found = 0 THEN
    RETURN;
  END IF;

  same_as_earlier := 'earlier.sluice_number = later.sluice_number - 1';
  same_as_repeats := repeats || '.sluice_number = later.sluice_number';
  part := 1;
  which := SPLIT_PART(key_columns, ',', 1);
  WHILE which <> '' LOOP
    same_as_earlier := same_as_earlier || ' AND earlier.' || which || ' = later.' || which;
    same_as_repeats := same_as_repeats || ' AND ' || repeats || '.' || which || ' = later.' || which;
    part := part + 1;
    which := SPLIT_PART(key_columns, ',', part);
  END LOOP;

  same := 'TRUE';
  part := 1;
  which := SPLIT_PART(tracked, ',', 1);
  WHILE which <> '' LOOP
    how := SUBSTRING(which, 1, 1);
    which := SUBSTRING(which, 2);
    IF how = 's' THEN
      same := same || ' AND (COALESCE(later.' || which || ' = earlier.' || which || ', FALSE)'
        || ' OR COALESCE(JSON_SERIALIZE(later.' || which || ') = JSON_SERIALIZE(earlier.' || which
        || '), later.' || which || ' IS NULL AND earlier.' || which || ' IS NULL))';
    ELSE
      same := same || ' AND COALESCE(later.' || which || ' = earlier.' || which
        || ', later.' || which || ' IS NULL AND earlier.' || which || ' IS NULL)';
    END IF;
    part := part + 1;
    which := SPLIT_PART(tracked, ',', part);
    IF which = '' OR LEN(same) > 20000 THEN
      EXECUTE 'DELETE FROM ' || repeats || ' WHERE EXISTS (SELECT 1 FROM ' || said || ' AS later INNER JOIN ' || said
        || ' AS earlier ON ' || same_as_earlier || ' WHERE ' || same_as_repeats || ' AND NOT (' || same || '))';
      same := 'TRUE';
    END IF;
  END LOOP;
END;
$$ LANGUAGE plpgsql
