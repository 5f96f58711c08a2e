-- How the rows of the target are distributed, as somebody has said: a style that Redshift itself has chosen is 'auto'.
-- schema, target: literals, names. Returns a row: even, key, all or auto; none when the loading user may not see it.
SELECT
  CASE c.releffectivediststyle WHEN 0 THEN 'even' WHEN 1 THEN 'key' WHEN 8 THEN 'all' ELSE 'auto' END AS distribution_style
FROM pg_catalog.pg_class_info AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = {{schema}} AND c.relname = {{target}} AND c.relkind = 'r'
