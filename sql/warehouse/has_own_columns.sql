-- Whether sluice.loads can be replaced as it stands: a view takes a new text with the same columns only. Returns a row when
-- it is not there yet, or has its present columns.
SELECT 1 AS is_replaceable
WHERE NOT EXISTS (
  SELECT 1
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = 'sluice' AND c.relname = 'loads' AND c.relkind = 'v'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'kind')
)
