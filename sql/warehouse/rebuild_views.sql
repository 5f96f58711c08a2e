-- sluice.rebuild_views: called when a replacement has taken a table's name and the table stands aside under a name that
-- occurs nowhere else. Every view that is bound to the table aside is replaced by one over the table's name, which keeps
-- the view, its grants and its comment (C8.8). Texts never leave the warehouse, so there may be any number of any size.
-- Raises sluice:DependentViews when a view's text does not fit in a variable of 65,535 bytes.
CREATE OR REPLACE PROCEDURE sluice.rebuild_views(table_schema varchar(128), aside varchar(128), target varchar(128))
AS $$
DECLARE
  bound RECORD;
BEGIN
  FOR bound IN
    SELECT DISTINCT
      CAST(n.nspname AS varchar(128)) AS view_schema,
      CAST(v.relname AS varchar(128)) AS view_name,
      CAST(PG_GET_VIEWDEF(v.oid) AS varchar(65535)) AS definition
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
    INNER JOIN pg_catalog.pg_depend AS d ON d.refobjid = c.oid
    INNER JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> c.oid
    INNER JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
    WHERE s.nspname = table_schema AND c.relname = aside
  LOOP
    -- Room for the head of the statement; a text that has been cut is exactly as long as its type.
    IF OCTET_LENGTH(bound.definition) > 65000 THEN
      RAISE EXCEPTION 'sluice:DependentViews: %.% cannot be swapped: the text of the view %.%, which is bound to it, has more than 65,000 bytes and cannot be rebuilt. Nothing was changed. Make the view late-binding (WITH NO SCHEMA BINDING), or load the table with ''mode: replace'', which keeps it.',
        table_schema, target, bound.view_schema, bound.view_name;
    END IF;
    EXECUTE 'CREATE OR REPLACE VIEW ' || QUOTE_IDENT(bound.view_schema) || '.' || QUOTE_IDENT(bound.view_name) || ' AS '
      || REPLACE(bound.definition, QUOTE_IDENT(aside), QUOTE_IDENT(target));
  END LOOP;
END;
$$ LANGUAGE plpgsql
