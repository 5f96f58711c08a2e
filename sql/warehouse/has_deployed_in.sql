-- Returns a row when sluice.projects says where a project is deployed: that of an earlier version does not.
SELECT 1 AS has_deployed_in
FROM pg_catalog.pg_attribute AS a
INNER JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'sluice' AND c.relname = 'projects' AND a.attname = 'deployed_in' AND NOT a.attisdropped
