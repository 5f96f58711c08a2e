-- What a warehouse has already of what bootstrap would make, and whose it is. Asks the catalogue only, on the leader node.
-- users, schemas, relations: lists of literals, the last as schema.name; readers: literal.
-- Returns a row each: kind (administrator, user, group, schema, relation), name, owner or '', whether it is a superuser.
SELECT CAST('administrator' AS varchar(16)) AS kind, CAST(usename AS varchar(256)) AS name, CAST('' AS varchar(128)) AS owner, usesuper AS is_super
FROM pg_catalog.pg_user
WHERE usename = CURRENT_USER
UNION ALL
SELECT CAST('user' AS varchar(16)) AS kind, CAST(usename AS varchar(256)) AS name, CAST('' AS varchar(128)) AS owner, usesuper AS is_super
FROM pg_catalog.pg_user
WHERE usename IN ({{users}})
UNION ALL
SELECT CAST('group' AS varchar(16)) AS kind, CAST(groname AS varchar(256)) AS name, CAST('' AS varchar(128)) AS owner, FALSE AS is_super
FROM pg_catalog.pg_group
WHERE groname = {{readers}}
UNION ALL
SELECT CAST('schema' AS varchar(16)) AS kind, CAST(n.nspname AS varchar(256)) AS name, CAST(u.usename AS varchar(128)) AS owner, u.usesuper AS is_super
FROM pg_catalog.pg_namespace AS n
INNER JOIN pg_catalog.pg_user AS u ON u.usesysid = n.nspowner
WHERE n.nspname IN ({{schemas}})
UNION ALL
SELECT CAST('relation' AS varchar(16)) AS kind, CAST(n.nspname || '.' || c.relname AS varchar(256)) AS name, CAST(u.usename AS varchar(128)) AS owner, u.usesuper AS is_super
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
INNER JOIN pg_catalog.pg_user AS u ON u.usesysid = c.relowner
WHERE c.relkind IN ('r', 'v') AND (n.nspname = 'sluice' OR n.nspname || '.' || c.relname IN ({{relations}}))
