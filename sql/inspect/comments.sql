-- The comments on the target and its columns.
-- schema, target: literals, names; which: condition. Returns a row each: column name ('' for the table), the beginning of the
-- comment's MD5, which says whether it is another one: a text may be too long for a result; behind a blank, how the column is
-- protected, where the comment says it.
SELECT
  CAST(COALESCE(CAST(a.attname AS varchar(128)), '') AS varchar(128)) AS column_name,
  SUBSTRING(MD5(d.description), 1, 12)
  || CASE
    WHEN d.description LIKE '[protected: %]%' THEN ' ' || SUBSTRING(d.description, 13, POSITION(']' IN d.description) - 13)
    ELSE ''
  END AS comment_hash
FROM pg_catalog.pg_description AS d
INNER JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND c.relkind = 'r' AND {{which}}
