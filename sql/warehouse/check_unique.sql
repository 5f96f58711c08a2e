-- sluice.check_unique: notes whether the values of a column occur in more than one row; NULL passes. As a rule none does, and
-- then two counts in one look through the rows say so. How many do is counted only when they differ.
-- results, value and given_rows are SQL that Sluice has quoted.
CREATE OR REPLACE PROCEDURE sluice.check_unique(
  check_name varchar(64), this_batch varchar(32), this_revision varchar(64), severity varchar(8),
  results varchar(512), value varchar(512), given_rows varchar(65535), told varchar(512)
)
AS $$
DECLARE
  surplus bigint;
  repeated bigint;
BEGIN
  repeated := 0;
  EXECUTE 'SELECT COUNT(' || value || ') - COUNT(DISTINCT ' || value || ') FROM ' || given_rows INTO surplus;
  IF surplus > 0 THEN
    EXECUTE 'SELECT COUNT(*) FROM (SELECT ' || value || ' FROM ' || given_rows || ' WHERE ' || value
      || ' IS NOT NULL GROUP BY ' || value || ' HAVING COUNT(*) > 1) AS repeated' INTO repeated;
  END IF;
  EXECUTE 'INSERT INTO ' || results || ' (name, batch_id, revision, severity, passed, found, checked_at) VALUES ('
    || QUOTE_LITERAL(check_name) || ', ' || QUOTE_LITERAL(this_batch) || ', ' || QUOTE_LITERAL(this_revision) || ', '
    || QUOTE_LITERAL(severity) || ', ' || CASE WHEN repeated = 0 THEN 'TRUE' ELSE 'FALSE' END || ', '
    || QUOTE_LITERAL(CAST(repeated AS varchar(20)) || told) || ', GETDATE())';
END;
$$ LANGUAGE plpgsql
