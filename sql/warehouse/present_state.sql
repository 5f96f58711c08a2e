-- What the last bootstrap noted, and what it made as it stands now: owners, grants, texts of procedures, settings of users. Asks the
-- catalogue only, on the leader node; the schema need not be there.
-- users, schemas, relations: lists of literals; reader, readers: literals. The relations are in Sluice's own schema.
-- Returns a row each: kind (note, schema, relation, procedure, user, group), name, what is compared: the note's text, otherwise
-- an MD5.
SELECT CAST('note' AS varchar(16)) AS kind, CAST(c.relname AS varchar(256)) AS name, CAST(d.description AS varchar(256)) AS present_state
FROM pg_catalog.pg_description AS d
INNER JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'sluice' AND c.relname = 'projects' AND c.relkind = 'r' AND d.objsubid = 0
UNION ALL
SELECT
  CAST('schema' AS varchar(16)) AS kind,
  CAST(nspname AS varchar(256)) AS name,
  CAST(MD5(PG_GET_USERBYID(nspowner) || ' ' || COALESCE(ARRAY_TO_STRING(nspacl, ','), '')) AS varchar(256)) AS present_state
FROM pg_catalog.pg_namespace
WHERE nspname IN ({{schemas}})
UNION ALL
SELECT
  CAST('relation' AS varchar(16)) AS kind,
  CAST(c.relname AS varchar(256)) AS name,
  CAST(MD5(PG_GET_USERBYID(c.relowner) || ' ' || COALESCE(ARRAY_TO_STRING(c.relacl, ','), '')) AS varchar(256)) AS present_state
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'sluice' AND c.relkind IN ('r', 'v') AND c.relname IN ({{relations}})
UNION ALL
SELECT
  CAST('procedure' AS varchar(16)) AS kind,
  CAST(p.proname AS varchar(256)) AS name,
  CAST(MD5(PG_GET_USERBYID(p.proowner) || ' ' || COALESCE(ARRAY_TO_STRING(p.proacl, ','), '') || ' ' || p.prosrc) AS varchar(256)) AS present_state
FROM pg_catalog.pg_proc AS p
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = 'sluice'
UNION ALL
SELECT
  CAST('user' AS varchar(16)) AS kind,
  CAST(usename AS varchar(256)) AS name,
  CAST(MD5(CASE WHEN usesuper THEN 'superuser ' ELSE '' END || COALESCE(ARRAY_TO_STRING(useconfig, ','), '')) AS varchar(256)) AS present_state
FROM pg_catalog.pg_user
WHERE usename IN ({{users}})
UNION ALL
SELECT CAST('group' AS varchar(16)) AS kind, CAST(g.groname AS varchar(256)) AS name, CAST(u.usename AS varchar(256)) AS present_state
FROM pg_catalog.pg_group AS g
INNER JOIN pg_catalog.pg_user AS u
  ON POSITION(',' || CAST(u.usesysid AS varchar(16)) || ',' IN ',' || COALESCE(ARRAY_TO_STRING(g.grolist, ','), '') || ',') > 0
WHERE g.groname = {{readers}} AND u.usename = {{reader}}
