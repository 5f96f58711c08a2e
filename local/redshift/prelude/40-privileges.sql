-- Users, groups and roles have name spaces of their own in Redshift, PostgreSQL has one: groups are kept as
-- "group:<name>", roles as "role:<name>".
CREATE OR REPLACE FUNCTION rs.identity_type(role oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $1 = 0 THEN 'public' ELSE (SELECT CASE WHEN rolname LIKE 'group:%' THEN 'group' WHEN rolname LIKE 'role:%' THEN 'role' ELSE 'user' END FROM pg_roles WHERE oid = $1) END $$;
CREATE OR REPLACE FUNCTION rs.identity_name(role oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $1 = 0 THEN 'public' ELSE (SELECT regexp_replace(rolname, '^(group|role):', '') FROM pg_roles WHERE oid = $1) END $$;
CREATE OR REPLACE VIEW pg_catalog.svv_relation_privileges AS
SELECT n.nspname::varchar AS namespace_name, c.relname::varchar AS relation_name, a.privilege_type::varchar, a.grantee::int AS identity_id,
  rs.identity_name(a.grantee)::varchar AS identity_name, rs.identity_type(a.grantee)::varchar AS identity_type, a.is_grantable AS admin_option
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname NOT IN ('rs', 'pg_catalog', 'information_schema', 'pg_toast') AND a.grantee <> c.relowner AND a.privilege_type <> 'TRIGGER';
CREATE OR REPLACE VIEW pg_catalog.svv_column_privileges AS
SELECT n.nspname::varchar AS namespace_name, c.relname::varchar AS relation_name, t.attname::varchar AS column_name, a.privilege_type::varchar, a.grantee::int AS identity_id,
  rs.identity_name(a.grantee)::varchar AS identity_name, rs.identity_type(a.grantee)::varchar AS identity_type
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped, aclexplode(t.attacl) a
WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname NOT IN ('rs', 'pg_catalog', 'information_schema', 'pg_toast');
CREATE OR REPLACE VIEW pg_catalog.svv_schema_privileges AS
SELECT n.nspname::varchar AS namespace_name, a.privilege_type::varchar, a.grantee::int AS identity_id,
  rs.identity_name(a.grantee)::varchar AS identity_name, rs.identity_type(a.grantee)::varchar AS identity_type, a.is_grantable AS admin_option
FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname NOT IN ('rs', 'pg_catalog', 'information_schema', 'pg_toast') AND a.grantee <> n.nspowner;
CREATE OR REPLACE VIEW pg_catalog.svv_function_privileges AS
SELECT n.nspname::varchar AS namespace_name, p.proname::varchar AS function_name, oidvectortypes(p.proargtypes)::varchar AS argument_types, a.privilege_type::varchar,
  a.grantee::int AS identity_id, rs.identity_name(a.grantee)::varchar AS identity_name, rs.identity_type(a.grantee)::varchar AS identity_type, a.is_grantable AS admin_option
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, aclexplode(p.proacl) a
WHERE n.nspname NOT IN ('rs', 'pg_catalog', 'information_schema') AND a.grantee <> p.proowner;
CREATE OR REPLACE VIEW pg_catalog.svv_default_privileges AS
SELECT n.nspname::varchar AS schema_name, CASE d.defaclobjtype WHEN 'r' THEN 'RELATION' WHEN 'f' THEN 'FUNCTION' ELSE d.defaclobjtype::text END::varchar AS object_type,
  d.defaclrole::int AS owner_id, rs.identity_name(d.defaclrole)::varchar AS owner_name, rs.identity_type(d.defaclrole)::varchar AS owner_type, a.privilege_type::varchar,
  a.grantee::int AS grantee_id, rs.identity_name(a.grantee)::varchar AS grantee_name, rs.identity_type(a.grantee)::varchar AS grantee_type, a.is_grantable AS admin_option
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a;
CREATE OR REPLACE VIEW pg_catalog.svv_roles AS
SELECT oid::int AS role_id, substr(rolname, 6)::varchar AS role_name, NULL::varchar AS role_owner FROM pg_roles WHERE rolname LIKE 'role:%';
CREATE OR REPLACE VIEW pg_catalog.pg_group AS
SELECT substr(rolname, 7)::name AS groname, oid AS grosysid, ARRAY(SELECT member FROM pg_auth_members m WHERE m.roleid = r.oid) AS grolist
FROM pg_roles r WHERE rolname LIKE 'group:%';
CREATE OR REPLACE VIEW pg_catalog.pg_user AS
SELECT rolname AS usename, oid AS usesysid, rolcreatedb AS usecreatedb, rolsuper AS usesuper, rolreplication AS userepl, rolbypassrls AS usebypassrls,
  '********'::text AS passwd, rolvaliduntil AS valuntil, rolconfig AS useconfig
FROM pg_roles WHERE rolcanlogin;
CREATE OR REPLACE VIEW pg_catalog.pg_user_info AS
SELECT usename, usesysid, usecreatedb, usesuper, usebypassrls AS usecatupd, passwd, valuntil, useconfig, 'UNLIMITED'::text AS useconnlimit FROM pg_catalog.pg_user;
CREATE OR REPLACE VIEW pg_catalog.svv_user_info AS
SELECT usename::varchar AS user_name, usesysid::int AS user_id, usecreatedb AS createdb, usesuper AS superuser, false AS catalog_update, 'UNLIMITED'::varchar AS connection_limit FROM pg_catalog.pg_user;
