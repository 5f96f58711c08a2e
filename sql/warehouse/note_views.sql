-- sluice.note_views: notes the views that are bound to a table, and those that are bound to them, in the temporary table
-- sluice_noted_views, with text, distance and a name aside, for sluice.follow_views. Asked of the catalogue a view at a time,
-- and noted by values: what runs on the leader node cannot fill a table.
-- Raises sluice:DependentViews for a view of somebody else, or one whose text does not fit in a variable.
CREATE OR REPLACE PROCEDURE sluice.note_views(table_schema varchar(128), target varchar(128))
AS $$
DECLARE
  base RECORD;
  bound RECORD;
  level integer;
  found bigint;
  loader varchar(128);
BEGIN
  loader := SESSION_USER;
  CREATE TEMPORARY TABLE sluice_noted_views (
    view_schema varchar(128), view_name varchar(128), name_aside varchar(128), definition varchar(65535), distance integer
  );
  INSERT INTO sluice_noted_views VALUES (table_schema, target, '', '', 0);
  level := 0;
  found := 1;
  WHILE found > 0 LOOP
    FOR base IN SELECT v.view_schema, v.view_name FROM sluice_noted_views AS v WHERE v.distance = level LOOP
      FOR bound IN
        SELECT DISTINCT
          CAST(n.nspname AS varchar(128)) AS view_schema,
          CAST(v.relname AS varchar(128)) AS view_name,
          CAST(PG_GET_USERBYID(v.relowner) AS varchar(128)) AS view_owner,
          CAST(PG_GET_VIEWDEF(v.oid) AS varchar(65535)) AS definition
        FROM pg_catalog.pg_class AS c
        INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
        INNER JOIN pg_catalog.pg_depend AS d ON d.refobjid = c.oid
        INNER JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> c.oid
        INNER JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
        INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
        WHERE s.nspname = base.view_schema AND c.relname = base.view_name
      LOOP
        IF bound.view_owner <> loader THEN
          RAISE EXCEPTION 'sluice:DependentViews: the columns of %.% cannot be changed: the view %.%, which depends on it, belongs to %, and only its owner can create it again. Nothing was changed. Make the view late-binding (WITH NO SCHEMA BINDING), or run ALTER TABLE %.% OWNER TO %.',
            table_schema, target, bound.view_schema, bound.view_name, bound.view_owner, bound.view_schema, bound.view_name, loader;
        END IF;
        -- Room for the head of the statement; a text that has been cut is exactly as long as its type.
        IF OCTET_LENGTH(bound.definition) > 65000 THEN
          RAISE EXCEPTION 'sluice:DependentViews: the columns of %.% cannot be changed: the text of the view %.%, which depends on it, has more than 65,000 bytes and cannot be created again. Nothing was changed. Make the view late-binding (WITH NO SCHEMA BINDING), or drop it and create it again after the load.',
            table_schema, target, bound.view_schema, bound.view_name;
        END IF;
        -- The greatest distance counts: a view comes behind everything that it is bound to.
        DELETE FROM sluice_noted_views WHERE view_schema = bound.view_schema AND view_name = bound.view_name;
        INSERT INTO sluice_noted_views VALUES (
          bound.view_schema, bound.view_name,
          SUBSTRING(bound.view_name, 1, 100) || '__sluice_' || SUBSTRING(MD5(bound.view_name || target), 1, 12),
          bound.definition, level + 1
        );
      END LOOP;
    END LOOP;
    level := level + 1;
    SELECT COUNT(*) INTO found FROM sluice_noted_views WHERE distance = level;
  END LOOP;
END;
$$ LANGUAGE plpgsql
