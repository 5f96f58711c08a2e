-- The aggregates of the dataset, as far as they are there.
-- named: condition over n.nspname and v.relname. Returns a row each: schema, name, kind, owner, comment or ''.
SELECT
  CAST(n.nspname AS varchar(128)) AS schema_name,
  CAST(v.relname AS varchar(128)) AS view_name,
  CASE
    WHEN v.relkind = 'm' OR LOWER(CAST(PG_GET_VIEWDEF(v.oid) AS varchar(65535))) LIKE '%create materialized view%'
      THEN 'materialized view'
    WHEN v.relkind = 'v' THEN 'view'
    ELSE 'table'
  END AS kind,
  CAST(PG_GET_USERBYID(v.relowner) AS varchar(128)) AS owner,
  COALESCE(d.description, '') AS comment_text
FROM pg_catalog.pg_class AS v
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
LEFT JOIN pg_catalog.pg_description AS d ON d.objoid = v.oid AND d.objsubid = 0
WHERE v.relkind IN ('r', 'v', 'm') AND ({{named}})
