-- The columns that stand in a primary or unique key of the target; their type cannot be altered (C8.4).
-- schema, target: literals, names. Returns a row each: column name, constraint name.
SELECT
  CAST(a.attname AS varchar(128)) AS column_name,
  CAST(k.conname AS varchar(128)) AS constraint_name
FROM pg_catalog.pg_constraint AS k
INNER JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
INNER JOIN pg_catalog.pg_attribute AS a
  ON a.attrelid = c.oid
  AND ',' || ARRAY_TO_STRING(k.conkey, ',') || ',' LIKE '%,' || CAST(a.attnum AS varchar(8)) || ',%'
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND k.contype IN ('p', 'u')
