-- The views that are bound to the target, and those bound to such views, three deep. Late-binding views depend on nothing (C8.8).
-- schema, target: literals, names. Returns a row each: schema, name, kind (view, materialized view), owner, distance (1
-- when it is bound to the target itself), its query as the catalogue writes it.
SELECT
  CAST(n.nspname AS varchar(128)) AS schema_name,
  CAST(v.relname AS varchar(128)) AS view_name,
  CASE
    WHEN v.relkind = 'm' OR LOWER(CAST(PG_GET_VIEWDEF(v.oid) AS varchar(65535))) LIKE '%create materialized view%'
      THEN 'materialized view'
    ELSE 'view'
  END AS kind,
  CAST(PG_GET_USERBYID(v.relowner) AS varchar(128)) AS owner,
  MIN(bound.distance) AS distance,
  CAST(PG_GET_VIEWDEF(v.oid) AS varchar(65535)) AS definition
FROM (
  SELECT r1.ev_class AS view_oid, 1 AS distance
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
  INNER JOIN pg_catalog.pg_depend AS d1 ON d1.refobjid = c.oid
  INNER JOIN pg_catalog.pg_rewrite AS r1 ON r1.oid = d1.objid AND r1.ev_class <> c.oid
  WHERE s.nspname = {{schema}} AND c.relname = {{target}}
  UNION ALL
  SELECT r2.ev_class AS view_oid, 2 AS distance
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
  INNER JOIN pg_catalog.pg_depend AS d1 ON d1.refobjid = c.oid
  INNER JOIN pg_catalog.pg_rewrite AS r1 ON r1.oid = d1.objid AND r1.ev_class <> c.oid
  INNER JOIN pg_catalog.pg_depend AS d2 ON d2.refobjid = r1.ev_class
  INNER JOIN pg_catalog.pg_rewrite AS r2 ON r2.oid = d2.objid AND r2.ev_class <> r1.ev_class
  WHERE s.nspname = {{schema}} AND c.relname = {{target}}
  UNION ALL
  SELECT r3.ev_class AS view_oid, 3 AS distance
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
  INNER JOIN pg_catalog.pg_depend AS d1 ON d1.refobjid = c.oid
  INNER JOIN pg_catalog.pg_rewrite AS r1 ON r1.oid = d1.objid AND r1.ev_class <> c.oid
  INNER JOIN pg_catalog.pg_depend AS d2 ON d2.refobjid = r1.ev_class
  INNER JOIN pg_catalog.pg_rewrite AS r2 ON r2.oid = d2.objid AND r2.ev_class <> r1.ev_class
  INNER JOIN pg_catalog.pg_depend AS d3 ON d3.refobjid = r2.ev_class
  INNER JOIN pg_catalog.pg_rewrite AS r3 ON r3.oid = d3.objid AND r3.ev_class <> r2.ev_class
  WHERE s.nspname = {{schema}} AND c.relname = {{target}}
) AS bound
INNER JOIN pg_catalog.pg_class AS v ON v.oid = bound.view_oid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
GROUP BY n.nspname, v.relname, v.relkind, v.oid, v.relowner
