-- sluice.follow_views: called behind a growth, when the table that was there stands aside: the views that are bound to it are
-- made again over the table's name, with the types that they have there (a view cannot be replaced by one with other types),
-- and with exactly the grants and comments that they had. Until then they show the rows of before. Views are taken from the
-- outermost inwards, as readers lock them, and no table is locked, so that nobody waits for two sides.
-- Without a table aside nothing is left to do. Raises sluice:DependentViews, see sluice.note_views.
CREATE OR REPLACE PROCEDURE sluice.follow_views(table_schema varchar(128), target varchar(128), aside varchar(128))
AS $$
DECLARE
  noted RECORD;
BEGIN
  CALL sluice.note_views(table_schema, aside);
  FOR noted IN
    SELECT v.view_schema, v.view_name, v.name_aside
    FROM sluice_noted_views AS v WHERE v.distance > 0 ORDER BY v.distance DESC, v.view_schema, v.view_name
  LOOP
    EXECUTE 'ALTER TABLE ' || QUOTE_IDENT(noted.view_schema) || '.' || QUOTE_IDENT(noted.view_name) || ' RENAME TO '
      || QUOTE_IDENT(noted.name_aside);
  END LOOP;
  FOR noted IN
    SELECT v.view_schema, v.view_name, v.name_aside, v.definition
    FROM sluice_noted_views AS v WHERE v.distance > 0 ORDER BY v.distance, v.view_schema, v.view_name
  LOOP
    EXECUTE 'CREATE VIEW ' || QUOTE_IDENT(noted.view_schema) || '.' || QUOTE_IDENT(noted.view_name) || ' AS '
      || REPLACE(noted.definition, QUOTE_IDENT(aside), QUOTE_IDENT(target));
    CALL sluice.hand_over(noted.view_schema, noted.name_aside, noted.view_name);
    CALL sluice.copy_comments(noted.view_schema, noted.name_aside, noted.view_name);
  END LOOP;
  FOR noted IN
    SELECT v.view_schema, v.name_aside
    FROM sluice_noted_views AS v WHERE v.distance > 0 ORDER BY v.distance DESC, v.view_schema, v.view_name
  LOOP
    EXECUTE 'DROP VIEW ' || QUOTE_IDENT(noted.view_schema) || '.' || QUOTE_IDENT(noted.name_aside);
  END LOOP;
  DROP TABLE sluice_noted_views;
END;
$$ LANGUAGE plpgsql
