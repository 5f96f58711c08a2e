-- sluice.note_aggregate: notes from which definition a materialized aggregate was made.
CREATE OR REPLACE PROCEDURE sluice.note_aggregate(view_schema varchar(128), made_view varchar(128), made_from varchar(64))
AS $$
BEGIN
  DELETE FROM sluice.aggregates WHERE schema_name = view_schema AND view_name = made_view;
  INSERT INTO sluice.aggregates (schema_name, view_name, definition) VALUES (view_schema, made_view, made_from);
END;
$$ LANGUAGE plpgsql
