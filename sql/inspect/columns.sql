-- The columns of the target.
-- schema, target: literals, names. Returns a row each: number in their order, name, type as FORMAT_TYPE shows it, 1 or 0
-- for NOT NULL and for a default.
SELECT
  CAST(a.attnum AS integer) AS column_number,
  CAST(a.attname AS varchar(128)) AS column_name,
  CAST(FORMAT_TYPE(a.atttypid, a.atttypmod) AS varchar(128)) AS type_name,
  CASE WHEN a.attnotnull THEN 1 ELSE 0 END AS is_not_null,
  CASE WHEN a.atthasdef THEN 1 ELSE 0 END AS has_default
FROM pg_catalog.pg_attribute AS a
INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND a.attnum > 0 AND NOT a.attisdropped
