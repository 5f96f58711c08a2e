-- A view that is bound to the target, if there is one: it keeps columns from being widened (C8.4). Late-binding views are
-- bound to nothing (C8.8).
-- schema, target: literals, names. Returns at most one row: schema and name of the view, as one text.
SELECT MIN(CAST(n.nspname AS varchar(128)) || '.' || CAST(v.relname AS varchar(128))) AS view_name
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
INNER JOIN pg_catalog.pg_depend AS d ON d.refobjid = c.oid
INNER JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> c.oid
INNER JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
WHERE s.nspname = {{schema}} AND c.relname = {{target}}
HAVING COUNT(*) > 0
