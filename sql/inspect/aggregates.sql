-- The aggregates of the dataset, as far as they are there.
-- named: condition over n.nspname and v.relname. Returns a row each: schema, name, kind, owner, a view that is bound to it
-- or '', comment or ''.
SELECT
  CAST(n.nspname AS varchar(128)) AS schema_name,
  CAST(v.relname AS varchar(128)) AS view_name,
  CASE
    WHEN v.relkind = 'm' OR LOWER(CAST(PG_GET_VIEWDEF(v.oid) AS varchar(1024))) LIKE '%create materialized view%'
      THEN 'materialized view'
    WHEN v.relkind = 'v' THEN 'view'
    ELSE 'table'
  END AS kind,
  CAST(PG_GET_USERBYID(v.relowner) AS varchar(128)) AS owner,
  COALESCE(MIN(CAST(bn.nspname AS varchar(128)) || '.' || CAST(b.relname AS varchar(128))), '') AS bound_view,
  COALESCE(MAX(m.description), '') AS comment_text
FROM pg_catalog.pg_class AS v
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
LEFT JOIN pg_catalog.pg_description AS m ON m.objoid = v.oid AND m.objsubid = 0
LEFT JOIN pg_catalog.pg_depend AS d ON d.refobjid = v.oid
LEFT JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> v.oid
LEFT JOIN pg_catalog.pg_class AS b ON b.oid = r.ev_class
LEFT JOIN pg_catalog.pg_namespace AS bn ON bn.oid = b.relnamespace
WHERE v.relkind IN ('r', 'v', 'm') AND ({{named}})
GROUP BY n.nspname, v.relname, v.relkind, v.oid, v.relowner
