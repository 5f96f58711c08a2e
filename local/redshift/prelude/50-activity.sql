-- Views over views, loads, queries and locks.
CREATE OR REPLACE VIEW pg_catalog.pg_views AS
SELECT n.nspname AS schemaname, c.relname AS viewname, pg_get_userbyid(c.relowner) AS viewowner,
  (coalesce((SELECT 'create view ' || n.nspname || '.' || c.relname || ' as ' || l.definition || ' with no schema binding;' FROM rs.late_binding_views l WHERE l.view_oid = c.oid),
    (SELECT m.definition FROM rs.materialized_views m WHERE m.view_oid = c.oid), pg_get_viewdef(c.oid)) COLLATE "default") AS definition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND rs.is_ours(n.oid);
DROP FUNCTION IF EXISTS pg_catalog.pg_get_late_binding_view_cols();
CREATE FUNCTION pg_catalog.pg_get_late_binding_view_cols() RETURNS SETOF record
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT table_schema, table_name, column_name, full_type::varchar, ordinal_position::int FROM rs.columns_of JOIN rs.late_binding_views ON view_oid = table_oid $$;
CREATE OR REPLACE VIEW pg_catalog.svv_mv_info AS
SELECT current_database()::varchar AS database_name, n.nspname::varchar AS schema_name, pg_get_userbyid(c.relowner)::varchar AS user_name, c.relname::varchar AS name,
  'f'::varchar AS is_stale, 1 AS state, 'f'::varchar AS autorewrite, CASE WHEN coalesce(m.auto_refresh, false) THEN 't' ELSE 'f' END::varchar AS autorefresh
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN rs.materialized_views m ON m.view_oid = c.oid WHERE c.relkind = 'm';
CREATE OR REPLACE VIEW pg_catalog.stv_mv_info AS
SELECT database_name AS db_name, schema_name AS schema, name, is_stale, user_name AS owner_user_name, state, autorefresh, autorewrite FROM pg_catalog.svv_mv_info;
CREATE OR REPLACE VIEW pg_catalog.stv_mv_deps AS
SELECT DISTINCT current_database()::varchar AS db_name, n.nspname::varchar AS schema, v.relname::varchar AS name, rn.nspname::varchar AS ref_schema, r.relname::varchar AS ref_name,
  current_database()::varchar AS ref_database_name
FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace JOIN pg_rewrite w ON w.ev_class = v.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
  JOIN pg_class r ON r.oid = d.refobjid JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE v.relkind = 'm';
CREATE OR REPLACE FUNCTION rs.shared_objects() RETURNS SETOF rs.datashare_objects LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT * FROM rs.datashare_objects $$;
CREATE OR REPLACE VIEW pg_catalog.svv_datashare_objects AS
SELECT 'OUTBOUND'::varchar AS share_type, share_name::varchar, object_type::varchar, object_name::varchar, ''::varchar AS producer_account, ''::varchar AS producer_namespace, false AS include_new
FROM rs.shared_objects() WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
CREATE OR REPLACE VIEW pg_catalog.svv_rls_attached_policy AS
SELECT ''::text AS relschema, ''::text AS relname, ''::text AS relkind, ''::text AS polname, ''::text AS grantor, ''::text AS grantee, ''::text AS granteekind, false AS is_pol_on, false AS is_rls_on WHERE false;
CREATE OR REPLACE VIEW pg_catalog.svv_attached_masking_policy AS
SELECT ''::text AS policy_name, ''::text AS schema_name, ''::text AS table_name, ''::text AS table_type, ''::text AS grantor, ''::text AS grantee, ''::text AS grantee_type, 0 AS priority WHERE false;
CREATE OR REPLACE VIEW pg_catalog.svv_datashares AS
SELECT ''::varchar AS share_name, 0 AS share_id, 0 AS share_owner, ''::varchar AS source_database, ''::varchar AS consumer_database, ''::varchar AS share_type WHERE false;
CREATE OR REPLACE VIEW pg_catalog.stv_db_isolation_level AS
SELECT current_database()::varchar AS db_name, coalesce((SELECT isolation FROM rs.database_settings WHERE datname = current_database()), 'Snapshot Isolation')::varchar AS isolation_level;
CREATE OR REPLACE FUNCTION rs.sees_all() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT rolsuper FROM pg_roles WHERE rolname = current_user $$;
CREATE OR REPLACE VIEW pg_catalog.sys_load_history AS SELECT * FROM rs.load_history WHERE username = current_user OR rs.sees_all();
CREATE OR REPLACE VIEW pg_catalog.sys_load_error_detail AS SELECT * FROM rs.load_errors WHERE username = current_user OR rs.sees_all();
CREATE OR REPLACE VIEW rs.activity AS
SELECT a.*, CASE WHEN a.application_name LIKE 'rs:%' THEN substr(a.application_name, 4) ELSE a.usename::text END AS rs_user FROM pg_stat_activity a;
CREATE OR REPLACE VIEW pg_catalog.svv_transactions AS
SELECT a.rs_user AS txn_owner, a.datname::text AS txn_db, l.virtualtransaction AS xid, l.pid, a.xact_start AS txn_start, l.mode AS lock_mode, l.locktype AS lockable_object_type, l.relation::int AS relation, l.granted
FROM pg_locks l JOIN rs.activity a USING (pid) WHERE a.pid <> pg_backend_pid() AND (a.rs_user = current_user OR rs.sees_all());
-- The query that a session runs, or ran last; what the session asks for itself is none.
CREATE OR REPLACE VIEW pg_catalog.sys_query_history AS
SELECT (SELECT oid FROM pg_roles WHERE rolname = a.rs_user)::int AS user_id, a.pid AS session_id, a.datname::varchar AS database_name,
  CASE a.state WHEN 'active' THEN 'running' ELSE 'success' END::varchar AS status, a.query_start::timestamp AS start_time, a.query::varchar AS query_text
FROM rs.activity a WHERE a.query_start IS NOT NULL AND a.query NOT LIKE 'SELECT rs.%' AND (a.rs_user = current_user OR rs.sees_all());
DO $$ DECLARE v record; BEGIN
  FOR v IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'v' AND c.relname ~ '^(svv_|stv_|sys_|pg_table_def|pg_user_info|pg_class_info)' LOOP
    EXECUTE format('GRANT SELECT ON pg_catalog.%I TO PUBLIC', v.relname);
  END LOOP;
END $$;
