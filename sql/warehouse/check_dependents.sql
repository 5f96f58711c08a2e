-- sluice.check_dependents: what depends on a table and would be lost, or left behind, when another table takes its name.
-- Asked before a replacement is built, and again in the transaction of the swap; and when a table is copied for a type to grow. It runs as its owner, the administrator,
-- because a regular user sees only their own datashares (J2.6) and grants; it changes nothing.
-- views_rule is the contract's dependent_views: rebuild or refuse; or grow. Views are followed three deep.
-- Raises sluice:DependentViews, naming what depends on the table and what to do.
CREATE OR REPLACE PROCEDURE sluice.check_dependents(
  table_schema varchar(128), target varchar(128), previous varchar(128), views_rule varchar(16)
)
AS $$
DECLARE
  shown varchar(260);
  instead varchar(256);
  become varchar(64);
  loader varchar(128);
  noted RECORD;
BEGIN
  shown := table_schema || '.' || target;
  loader := SESSION_USER;
  become := CASE views_rule WHEN 'grow' THEN 'get a column of a wider type' ELSE 'be swapped' END;
  instead := CASE views_rule
    WHEN 'grow' THEN 'Keep the type that is there in the contract'
    ELSE 'Load it with ''mode: replace'', which keeps the table'
  END;
  FOR noted IN
    SELECT share_name FROM pg_catalog.svv_datashare_objects
    WHERE share_type = 'OUTBOUND' AND object_name IN (table_schema || '.' || target, table_schema || '.' || previous)
    ORDER BY 1
  LOOP
    RAISE EXCEPTION 'sluice:DependentViews: % cannot %: it is in the datashare %, whose consumers would lose it. Nothing was changed. %, or remove the table from the datashare.',
      shown, become, noted.share_name, instead;
  END LOOP;
  FOR noted IN
    SELECT k.conname AS key_name, n.nspname AS other_schema, c.relname AS other_name
    FROM pg_catalog.pg_constraint AS k
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    INNER JOIN pg_catalog.pg_class AS t ON t.oid = k.confrelid OR t.oid = k.conrelid
    INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = t.relnamespace
    WHERE k.contype = 'f' AND s.nspname = table_schema AND t.relname IN (target, previous)
    ORDER BY 1
  LOOP
    RAISE EXCEPTION 'sluice:DependentViews: % cannot %: the foreign key % of %.% would stay with the table that is put aside. Nothing was changed. %, or run ALTER TABLE %.% DROP CONSTRAINT %.',
      shown, become, noted.key_name, noted.other_schema, noted.other_name, instead, noted.other_schema, noted.other_name, noted.key_name;
  END LOOP;
  FOR noted IN
    SELECT relname AS holder, polname AS policy
    FROM pg_catalog.svv_rls_attached_policy WHERE relschema = table_schema AND relname = target
    UNION ALL
    SELECT table_name AS holder, policy_name AS policy
    FROM pg_catalog.svv_attached_masking_policy WHERE schema_name = table_schema AND table_name = target
  LOOP
    RAISE EXCEPTION 'sluice:DependentViews: % cannot %: the row or masking policy % is attached to it, and its replacement would not have it. Nothing was changed. %, or detach the policy.',
      shown, become, noted.policy, instead;
  END LOOP;
  FOR noted IN
    SELECT
      CAST(n.nspname AS varchar(128)) AS view_schema,
      CAST(v.relname AS varchar(128)) AS view_name,
      CAST(PG_GET_USERBYID(v.relowner) AS varchar(128)) AS view_owner,
      CASE WHEN v.relkind = 'm' OR LOWER(CAST(PG_GET_VIEWDEF(v.oid) AS varchar(1024))) LIKE '%create materialized view%'
        THEN 1 ELSE 0 END AS is_materialized,
      MAX(CASE WHEN bound.base = previous THEN 1 ELSE 0 END) AS is_on_previous,
      MIN(bound.distance) AS distance
    FROM (
      SELECT r1.ev_class AS view_oid, 1 AS distance, CAST(c.relname AS varchar(128)) AS base
      FROM pg_catalog.pg_class AS c
      INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
      INNER JOIN pg_catalog.pg_depend AS d1 ON d1.refobjid = c.oid
      INNER JOIN pg_catalog.pg_rewrite AS r1 ON r1.oid = d1.objid AND r1.ev_class <> c.oid
      WHERE s.nspname = table_schema AND c.relname IN (target, previous)
      UNION ALL
      SELECT r2.ev_class AS view_oid, 2 AS distance, CAST(c.relname AS varchar(128)) AS base
      FROM pg_catalog.pg_class AS c
      INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
      INNER JOIN pg_catalog.pg_depend AS d1 ON d1.refobjid = c.oid
      INNER JOIN pg_catalog.pg_rewrite AS r1 ON r1.oid = d1.objid AND r1.ev_class <> c.oid
      INNER JOIN pg_catalog.pg_depend AS d2 ON d2.refobjid = r1.ev_class
      INNER JOIN pg_catalog.pg_rewrite AS r2 ON r2.oid = d2.objid AND r2.ev_class <> r1.ev_class
      WHERE s.nspname = table_schema AND c.relname IN (target, previous)
      UNION ALL
      SELECT r3.ev_class AS view_oid, 3 AS distance, CAST(c.relname AS varchar(128)) AS base
      FROM pg_catalog.pg_class AS c
      INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
      INNER JOIN pg_catalog.pg_depend AS d1 ON d1.refobjid = c.oid
      INNER JOIN pg_catalog.pg_rewrite AS r1 ON r1.oid = d1.objid AND r1.ev_class <> c.oid
      INNER JOIN pg_catalog.pg_depend AS d2 ON d2.refobjid = r1.ev_class
      INNER JOIN pg_catalog.pg_rewrite AS r2 ON r2.oid = d2.objid AND r2.ev_class <> r1.ev_class
      INNER JOIN pg_catalog.pg_depend AS d3 ON d3.refobjid = r2.ev_class
      INNER JOIN pg_catalog.pg_rewrite AS r3 ON r3.oid = d3.objid AND r3.ev_class <> r2.ev_class
      WHERE s.nspname = table_schema AND c.relname IN (target, previous)
    ) AS bound
    INNER JOIN pg_catalog.pg_class AS v ON v.oid = bound.view_oid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
    GROUP BY n.nspname, v.relname, v.relkind, v.oid, v.relowner
    ORDER BY 4 DESC, 5 DESC, 6, 1, 2
  LOOP
    IF noted.is_materialized = 1 THEN
      RAISE EXCEPTION 'sluice:DependentViews: % cannot %: the materialized view %.% depends on it. Nothing was changed. %, or drop the materialized view.',
        shown, become, noted.view_schema, noted.view_name, instead;
    END IF;
    IF noted.is_on_previous = 1 THEN
      RAISE EXCEPTION 'sluice:DependentViews: % cannot %: the view %.% is bound to the previous generation %.%, which a swap drops. Nothing was changed. Make the view late-binding (WITH NO SCHEMA BINDING), or drop it.',
        shown, become, noted.view_schema, noted.view_name, table_schema, previous;
    END IF;
    IF views_rule = 'refuse' THEN
      RAISE EXCEPTION 'sluice:DependentViews: % cannot %: the view %.% is bound to it, and the contract says ''dependent_views: refuse''. Nothing was changed. Write ''dependent_views: rebuild'', or make the view late-binding (WITH NO SCHEMA BINDING).',
        shown, become, noted.view_schema, noted.view_name;
    END IF;
    IF noted.distance = 1 AND noted.view_owner <> loader THEN
      RAISE EXCEPTION 'sluice:DependentViews: % cannot %: the view %.%, which is bound to it, belongs to %, and only its owner can rebuild it. Nothing was changed. Make the view late-binding (WITH NO SCHEMA BINDING), or run ALTER TABLE %.% OWNER TO %.',
        shown, become, noted.view_schema, noted.view_name, noted.view_owner, noted.view_schema, noted.view_name, loader;
    END IF;
  END LOOP;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
