-- Who loads, and whether the schema of the target and the group of the readers are there.
-- schema, readers: literals, names. Returns one row: user, database, schemas (0 or 1), may create in the schema, may
-- create schemas, reader groups (0 or 1).
SELECT
  CAST(CURRENT_USER AS varchar(128)) AS loading_user,
  CAST(CURRENT_DATABASE() AS varchar(128)) AS database_name,
  CAST((SELECT COUNT(*) FROM pg_catalog.pg_namespace WHERE nspname = {{schema}}) AS integer) AS schemas,
  CAST(
    (
      SELECT COUNT(*) FROM pg_catalog.pg_namespace
      WHERE nspname = {{schema}} AND HAS_SCHEMA_PRIVILEGE(CURRENT_USER, nspname, 'create')
    ) AS integer
  ) AS may_create_tables,
  CASE WHEN HAS_DATABASE_PRIVILEGE(CURRENT_USER, CURRENT_DATABASE(), 'create') THEN 1 ELSE 0 END AS may_create_schemas,
  CAST((SELECT COUNT(*) FROM pg_catalog.pg_group WHERE groname = {{readers}}) AS integer) AS reader_groups
