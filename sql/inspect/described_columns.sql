-- A table as its owner described it, for a contract that is written from it.
-- schema, target: literals, names. Returns a row each, in order: number (0 for the table itself), name, type as FORMAT_TYPE shows
-- it, 1 or 0 for NOT NULL, for a default and for a column of the primary key, comment ('' for none).
SELECT
  CAST(0 AS integer) AS column_number,
  CAST(c.relname AS varchar(128)) AS column_name,
  CAST('' AS varchar(128)) AS type_name,
  0 AS is_not_null,
  0 AS has_default,
  0 AS is_key,
  CAST(COALESCE(d.description, '') AS varchar(4096)) AS remark
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description AS d ON d.objoid = c.oid AND d.objsubid = 0
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND c.relkind IN ('r', 'v')
UNION ALL
SELECT
  CAST(a.attnum AS integer) AS column_number,
  CAST(a.attname AS varchar(128)) AS column_name,
  CAST(FORMAT_TYPE(a.atttypid, a.atttypmod) AS varchar(128)) AS type_name,
  CASE WHEN a.attnotnull THEN 1 ELSE 0 END AS is_not_null,
  CASE WHEN a.atthasdef THEN 1 ELSE 0 END AS has_default,
  CASE WHEN ',' || ARRAY_TO_STRING(k.conkey, ',') || ',' LIKE '%,' || CAST(a.attnum AS varchar(8)) || ',%' THEN 1 ELSE 0 END AS is_key,
  CAST(COALESCE(d.description, '') AS varchar(4096)) AS remark
FROM pg_catalog.pg_attribute AS a
INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'p'
LEFT JOIN pg_catalog.pg_description AS d ON d.objoid = c.oid AND d.objsubid = a.attnum
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY column_number
