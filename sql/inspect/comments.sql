-- The comments on the target and its columns.
-- schema, target: literals, names. Returns a row each: column name ('' for the table), comment.
SELECT
  CAST(COALESCE(CAST(a.attname AS varchar(128)), '') AS varchar(128)) AS column_name,
  COALESCE(d.description, '') AS comment_text
FROM pg_catalog.pg_description AS d
INNER JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND c.relkind = 'r'
