-- What others may do with the target, to be granted on a replacement (C8.10).
-- schema, target: literals, names. Returns a row each: column ('' for the table), privilege, identity type (user, group,
-- role, public), identity name, 1 when it may be passed on.
SELECT
  CAST('' AS varchar(128)) AS column_name,
  CAST(privilege_type AS varchar(32)) AS privilege,
  CAST(identity_type AS varchar(16)) AS identity_type,
  CAST(identity_name AS varchar(128)) AS identity_name,
  CASE WHEN admin_option THEN 1 ELSE 0 END AS may_pass_on
FROM pg_catalog.svv_relation_privileges
WHERE namespace_name = {{schema}} AND relation_name = {{target}}
UNION ALL
SELECT
  CAST(column_name AS varchar(128)) AS column_name,
  CAST(privilege_type AS varchar(32)) AS privilege,
  CAST(identity_type AS varchar(16)) AS identity_type,
  CAST(identity_name AS varchar(128)) AS identity_name,
  0 AS may_pass_on
FROM pg_catalog.svv_column_privileges
WHERE namespace_name = {{schema}} AND relation_name = {{target}}
ORDER BY 1, 2, 3, 4
