-- The tables that the load touches, as far as they are there.
-- schema, target, previous, outgrown, ledger, lock, statements, outgrown_statements: literals, names. Returns a row each: schema, name, kind (table, view,
-- materialized view), owner, and 1 or 0 for may select, insert, update, delete.
SELECT
  CAST(n.nspname AS varchar(128)) AS schema_name,
  CAST(c.relname AS varchar(128)) AS relation_name,
  CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
  CAST(PG_GET_USERBYID(c.relowner) AS varchar(128)) AS owner,
  CASE WHEN HAS_TABLE_PRIVILEGE(CURRENT_USER, c.oid, 'select') THEN 1 ELSE 0 END AS may_select,
  CASE WHEN HAS_TABLE_PRIVILEGE(CURRENT_USER, c.oid, 'insert') THEN 1 ELSE 0 END AS may_insert,
  CASE WHEN HAS_TABLE_PRIVILEGE(CURRENT_USER, c.oid, 'update') THEN 1 ELSE 0 END AS may_update,
  CASE WHEN HAS_TABLE_PRIVILEGE(CURRENT_USER, c.oid, 'delete') THEN 1 ELSE 0 END AS may_delete
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm')
  AND (
    (n.nspname = {{schema}} AND c.relname IN ({{target}}, {{previous}}, {{outgrown}}))
    OR (n.nspname = 'sluice' AND c.relname IN ({{ledger}}, {{lock}}, {{statements}}, {{outgrown_statements}}))
  )
