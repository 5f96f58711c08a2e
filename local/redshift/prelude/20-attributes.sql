-- What Redshift keeps about tables and PostgreSQL has no place for, and the triggers that make tables behave.
CREATE SEQUENCE IF NOT EXISTS rs.query_id START 1000;
CREATE TABLE IF NOT EXISTS rs.made_by (version text);
CREATE TABLE IF NOT EXISTS rs.table_attributes (
  table_oid oid PRIMARY KEY, diststyle text NOT NULL DEFAULT 'AUTO', distkey text, sortstyle text NOT NULL DEFAULT 'AUTO',
  sortkeys text[] NOT NULL DEFAULT '{}', backup boolean NOT NULL DEFAULT true, created_at timestamp NOT NULL DEFAULT statement_timestamp());
CREATE TABLE IF NOT EXISTS rs.column_attributes (table_oid oid, attnum int, encoding text NOT NULL, PRIMARY KEY (table_oid, attnum));
CREATE TABLE IF NOT EXISTS rs.table_constraints (
  table_oid oid, conname text, contype text, definition text, attnums int[], PRIMARY KEY (table_oid, conname));
-- Foreign keys are information for the planner: recorded, never enforced.
CREATE TABLE IF NOT EXISTS rs.foreign_keys (
  table_oid oid, conname text, attnums int[], referenced_oid oid, referenced_attnums int[], PRIMARY KEY (table_oid, conname));
CREATE TABLE IF NOT EXISTS rs.datashares (share_name text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS rs.datashare_objects (share_name text, object_type text, object_name text, PRIMARY KEY (share_name, object_type, object_name));
CREATE TABLE IF NOT EXISTS rs.late_binding_views (view_oid oid PRIMARY KEY, definition text NOT NULL, helper text NOT NULL);
CREATE TABLE IF NOT EXISTS rs.materialized_views (view_oid oid PRIMARY KEY, auto_refresh boolean NOT NULL, definition text NOT NULL);
CREATE TABLE IF NOT EXISTS rs.database_settings (datname text PRIMARY KEY, isolation text NOT NULL);
CREATE TABLE IF NOT EXISTS rs.load_history (
  user_id oid, username text, query_id bigint, transaction_id bigint, session_id int, database_name text, status text,
  table_name text, start_time timestamp, end_time timestamp, duration bigint, data_source text, file_format text,
  loaded_rows bigint, loaded_bytes bigint, source_file_count int, source_file_bytes bigint, file_count_scanned int, error_count int);
CREATE TABLE IF NOT EXISTS rs.load_errors (
  user_id oid, username text, query_id bigint, transaction_id bigint, session_id int, database_name text, table_id oid,
  start_time timestamp, file_name text, line_number bigint, column_name text, column_type text, column_length text,
  "position" int, error_code int, error_message text);

-- Keys are recorded, not enforced; NOT NULL, which a primary key brings, stays.
CREATE OR REPLACE FUNCTION rs.release_keys(target oid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE con record;
BEGIN
  FOR con IN SELECT * FROM pg_constraint WHERE conrelid = target AND contype IN ('p', 'u') LOOP
    INSERT INTO rs.table_constraints SELECT target, con.conname, con.contype, pg_get_constraintdef(con.oid), con.conkey
      FROM pg_class WHERE oid = target AND relpersistence <> 't' ON CONFLICT DO NOTHING;
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', target::regclass, con.conname);
  END LOOP;
END $$;

-- VARCHAR(n) and CHAR(n) have room for n bytes.
CREATE OR REPLACE FUNCTION rs.count_bytes(target oid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE changes text;
BEGIN
  -- One ALTER TABLE for all: a table may have 1,600 columns.
  WITH counted AS MATERIALIZED (
    SELECT attname, atttypmod - 4 AS n, format('rs_bytes_%s_%s', attnum, atttypmod - 4) AS con FROM pg_attribute
    WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND atttypmod > 4),
  present AS MATERIALIZED (SELECT conname::text AS con FROM pg_constraint WHERE conrelid = target AND contype = 'c' AND conname LIKE 'rs\_bytes\_%')
  SELECT string_agg(change, ', ') INTO changes FROM (
    SELECT format('DROP CONSTRAINT %I', p.con) AS change FROM present p LEFT JOIN counted c USING (con) WHERE c.con IS NULL
    UNION ALL
    SELECT format('ADD CONSTRAINT %I CHECK (octet_length(%I) <= %s)', c.con, c.attname, c.n) FROM counted c LEFT JOIN present p USING (con) WHERE p.con IS NULL) AS all_changes;
  IF changes IS NOT NULL THEN EXECUTE format('ALTER TABLE %s %s', target::regclass, changes); END IF;
END $$;

CREATE OR REPLACE FUNCTION rs.after_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE cmd record;
BEGIN
  IF current_setting('rs.in_ddl', true) = 'on' THEN RETURN; END IF;
  PERFORM set_config('rs.in_ddl', 'on', true);
  FOR cmd IN SELECT DISTINCT d.classid, d.objid, d.command_tag FROM pg_event_trigger_ddl_commands() d LOOP
    IF cmd.classid = 'pg_class'::regclass AND EXISTS (SELECT 1 FROM pg_class WHERE oid = cmd.objid AND relkind = 'r'
        AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'rs'::regnamespace)) THEN
      PERFORM rs.release_keys(cmd.objid);
      PERFORM rs.count_bytes(cmd.objid);
      -- Nothing is kept about temporary tables: loads that make them must not meet each other in our own tables.
      INSERT INTO rs.table_attributes (table_oid) SELECT oid FROM pg_class WHERE oid = cmd.objid AND relpersistence <> 't' ON CONFLICT DO NOTHING;
    ELSIF cmd.classid = 'pg_proc'::regclass AND cmd.command_tag IN ('CREATE PROCEDURE', 'CREATE FUNCTION')
        AND EXISTS (SELECT 1 FROM pg_proc WHERE oid = cmd.objid AND prokind = 'p' AND proacl IS NULL) THEN
      -- Nobody but the owner may call a new procedure.
      EXECUTE format('REVOKE EXECUTE ON PROCEDURE %s FROM PUBLIC', cmd.objid::regprocedure);
    END IF;
  END LOOP;
  PERFORM set_config('rs.in_ddl', 'off', true);
END $$;
CREATE OR REPLACE FUNCTION rs.after_drop() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE gone record;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_event_trigger_dropped_objects() WHERE classid = 'pg_class'::regclass AND NOT is_temporary) THEN RETURN; END IF;
  DELETE FROM rs.table_attributes t USING pg_event_trigger_dropped_objects() d WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND t.table_oid = d.objid;
  DELETE FROM rs.column_attributes t USING pg_event_trigger_dropped_objects() d WHERE d.classid = 'pg_class'::regclass AND t.table_oid = d.objid AND d.objsubid IN (0, t.attnum);
  DELETE FROM rs.table_constraints t USING pg_event_trigger_dropped_objects() d WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND t.table_oid = d.objid;
  FOR gone IN DELETE FROM rs.late_binding_views t USING pg_event_trigger_dropped_objects() d WHERE d.classid = 'pg_class'::regclass AND t.view_oid = d.objid RETURNING t.helper LOOP
    EXECUTE format('DROP FUNCTION IF EXISTS %s()', gone.helper);
  END LOOP;
  DELETE FROM rs.materialized_views t USING pg_event_trigger_dropped_objects() d WHERE d.classid = 'pg_class'::regclass AND t.view_oid = d.objid;
  DELETE FROM rs.foreign_keys t USING pg_event_trigger_dropped_objects() d WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND t.table_oid = d.objid;
  FOR gone IN SELECT d.object_identity, t.conname FROM pg_event_trigger_dropped_objects() d
    JOIN rs.foreign_keys t ON t.referenced_oid = d.objid AND d.classid = 'pg_class'::regclass AND d.objsubid = 0 LOOP
    IF current_query() !~* '\mcascade\M' THEN
      RAISE EXCEPTION 'cannot drop table % because other objects depend on it', gone.object_identity USING ERRCODE = '2BP01', DETAIL = format('constraint %s depends on it', gone.conname);
    END IF;
  END LOOP;
  DELETE FROM rs.foreign_keys t USING pg_event_trigger_dropped_objects() d WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND t.referenced_oid = d.objid;
END $$;
DROP EVENT TRIGGER IF EXISTS rs_after_ddl;
DROP EVENT TRIGGER IF EXISTS rs_after_drop;
CREATE EVENT TRIGGER rs_after_ddl ON ddl_command_end EXECUTE FUNCTION rs.after_ddl();
CREATE EVENT TRIGGER rs_after_drop ON sql_drop EXECUTE FUNCTION rs.after_drop();

-- Records a table's attributes; only in the transaction that makes it (CREATE TABLE IF NOT EXISTS).
CREATE OR REPLACE FUNCTION rs.note_table(target regclass, attributes jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_class WHERE oid = target AND relpersistence <> 't' AND xmin::text::bigint = pg_current_xact_id()::text::bigint % 4294967296) THEN RETURN; END IF;
  UPDATE rs.table_attributes SET diststyle = coalesce(attributes ->> 'diststyle', diststyle), distkey = coalesce(attributes ->> 'distkey', distkey),
    sortstyle = coalesce(attributes ->> 'sortstyle', sortstyle), backup = coalesce((attributes ->> 'backup')::boolean, backup),
    sortkeys = CASE WHEN attributes ? 'sortkeys' THEN ARRAY(SELECT jsonb_array_elements_text(attributes -> 'sortkeys')) ELSE sortkeys END
    WHERE table_oid = target;
  INSERT INTO rs.column_attributes
    SELECT target, a.attnum, e.value FROM jsonb_each_text(coalesce(attributes -> 'encodings', '{}')) e
      JOIN pg_attribute a ON a.attrelid = target AND a.attname = e.key ON CONFLICT DO NOTHING;
END $$;
-- CREATE TABLE (LIKE source) takes distribution, sort keys and encodings along.
CREATE OR REPLACE FUNCTION rs.note_like(target regclass, source regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_class WHERE oid = target AND relpersistence = 't') THEN RETURN; END IF;
  UPDATE rs.table_attributes t SET diststyle = s.diststyle, distkey = s.distkey, sortstyle = s.sortstyle, sortkeys = s.sortkeys
    FROM rs.table_attributes s WHERE t.table_oid = target AND s.table_oid = source;
  INSERT INTO rs.column_attributes SELECT target, n.attnum, c.encoding FROM rs.column_attributes c
    JOIN pg_attribute o ON o.attrelid = source AND o.attnum = c.attnum
    JOIN pg_attribute n ON n.attrelid = target AND n.attname = o.attname
    WHERE c.table_oid = source ON CONFLICT DO NOTHING;
END $$;

-- Changes of a table's design, by its owner.
CREATE OR REPLACE FUNCTION rs.check_owner(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = target AND pg_has_role(session_user, c.relowner, 'USAGE'))
    AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION 'must be owner of relation %', target USING ERRCODE = '42501';
  END IF;
END $$;
CREATE OR REPLACE FUNCTION rs.set_encoding(target regclass, col text, enc text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE at int := (SELECT attnum FROM pg_attribute WHERE attrelid = target AND attname = col AND NOT attisdropped);
BEGIN
  PERFORM rs.check_owner(target);
  IF at IS NULL THEN RAISE EXCEPTION 'column "%" of relation "%" does not exist', col, target USING ERRCODE = '42703'; END IF;
  INSERT INTO rs.column_attributes VALUES (target, at, enc) ON CONFLICT (table_oid, attnum) DO UPDATE SET encoding = enc;
END $$;
CREATE OR REPLACE FUNCTION rs.set_design(target regclass, design jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE missing text;
BEGIN
  PERFORM rs.check_owner(target);
  SELECT k INTO missing FROM (SELECT jsonb_array_elements_text(coalesce(design -> 'sortkeys', '[]')) UNION ALL SELECT design ->> 'distkey') AS keys(k)
    WHERE k IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = target AND attname = k AND NOT attisdropped);
  IF missing IS NOT NULL THEN RAISE EXCEPTION 'column "%" named in key does not exist', missing USING ERRCODE = '42703'; END IF;
  UPDATE rs.table_attributes SET diststyle = coalesce(design ->> 'diststyle', diststyle),
    distkey = CASE WHEN design ? 'diststyle' THEN design ->> 'distkey' ELSE distkey END, sortstyle = coalesce(design ->> 'sortstyle', sortstyle),
    sortkeys = CASE WHEN design ? 'sortkeys' THEN ARRAY(SELECT jsonb_array_elements_text(design -> 'sortkeys')) ELSE sortkeys END WHERE table_oid = target;
END $$;
CREATE OR REPLACE FUNCTION rs.rename_column(target regclass, old text, new text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT rs.check_owner(target);
  UPDATE rs.table_attributes SET distkey = CASE WHEN distkey = old THEN new ELSE distkey END, sortkeys = array_replace(sortkeys, old, new) WHERE table_oid = target $$;
CREATE OR REPLACE FUNCTION rs.drop_constraint(target regclass, con text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM rs.check_owner(target);
  DELETE FROM rs.foreign_keys WHERE table_oid = target AND conname = con;
  IF FOUND THEN RETURN; END IF;
  DELETE FROM rs.table_constraints WHERE table_oid = target AND conname = con;
  IF NOT FOUND THEN RAISE EXCEPTION 'constraint "%" of relation "%" does not exist', con, target USING ERRCODE = '42704'; END IF;
END $$;
CREATE OR REPLACE FUNCTION rs.column_numbers(target regclass, names text[]) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE missing text := (SELECT n FROM unnest(names) n WHERE NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = target AND attname = n AND attnum > 0 AND NOT attisdropped) LIMIT 1);
BEGIN
  IF missing IS NOT NULL THEN RAISE EXCEPTION 'column "%" referenced in foreign key constraint does not exist', missing USING ERRCODE = '42703'; END IF;
  RETURN ARRAY(SELECT attnum FROM unnest(names) WITH ORDINALITY u(n, at) JOIN pg_attribute ON attrelid = target AND attname = n ORDER BY at);
END $$;
CREATE OR REPLACE FUNCTION rs.note_foreign_key(target regclass, con text, cols text[], referenced regclass, referenced_cols text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM rs.check_owner(target);
  INSERT INTO rs.foreign_keys VALUES (target, coalesce(con, (SELECT relname FROM pg_class WHERE oid = target) || '_' || cols[1] || '_fkey'),
    rs.column_numbers(target, cols), referenced, CASE WHEN cardinality(referenced_cols) = 0 THEN '{}' ELSE rs.column_numbers(referenced, referenced_cols) END);
END $$;
-- What a datashare holds; only an administrator sees it all (J2.6).
CREATE OR REPLACE FUNCTION rs.alter_datashare(share text, is_added boolean, kind text, object text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN RAISE EXCEPTION 'must be owner of datashare %', share USING ERRCODE = '42501'; END IF;
  IF NOT EXISTS (SELECT 1 FROM rs.datashares WHERE share_name = share) THEN RAISE EXCEPTION 'datashare "%" does not exist', share; END IF;
  IF is_added THEN INSERT INTO rs.datashare_objects VALUES (share, kind, object); ELSE DELETE FROM rs.datashare_objects WHERE share_name = share AND object_type = kind AND object_name = object; END IF;
END $$;
CREATE OR REPLACE FUNCTION rs.make_datashare(share text, is_made boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN RAISE EXCEPTION 'permission denied for datashare %', share USING ERRCODE = '42501'; END IF;
  IF is_made THEN INSERT INTO rs.datashares VALUES (share); ELSE DELETE FROM rs.datashares WHERE share_name = share; DELETE FROM rs.datashare_objects WHERE share_name = share; END IF;
END $$;
-- ALTER COLUMN TYPE (C8.4).
CREATE OR REPLACE FUNCTION rs.check_resize(target regclass, col text, bytes int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE a record; enc text; longest int;
BEGIN
  PERFORM rs.check_owner(target);
  SELECT * INTO a FROM pg_attribute WHERE attrelid = target AND attname = col AND attnum > 0 AND NOT attisdropped;
  IF NOT FOUND THEN RAISE EXCEPTION 'column "%" of relation "%" does not exist', col, target USING ERRCODE = '42703'; END IF;
  IF a.atttypid NOT IN ('varchar'::regtype, 'text'::regtype) THEN RAISE EXCEPTION 'cannot alter type of column "%": only the size of a VARCHAR column can be altered', col USING ERRCODE = '0A000'; END IF;
  IF a.atthasdef THEN RAISE EXCEPTION 'cannot alter type of column "%": it has a default', col USING ERRCODE = '0A000'; END IF;
  IF EXISTS (SELECT 1 FROM rs.table_constraints WHERE table_oid = target AND a.attnum = ANY (attnums)) THEN
    RAISE EXCEPTION 'cannot alter type of column "%": it is part of a PRIMARY KEY or UNIQUE constraint', col USING ERRCODE = '0A000'; END IF;
  SELECT encoding INTO enc FROM rs.column_attributes WHERE table_oid = target AND attnum = a.attnum;
  IF enc IN ('bytedict', 'runlength', 'text255', 'text32k') THEN RAISE EXCEPTION 'cannot alter type of column "%" with encoding %', col, enc USING ERRCODE = '0A000'; END IF;
  EXECUTE format('SELECT max(octet_length(%I)) FROM %s', col, target) INTO longest;
  IF longest > bytes THEN RAISE EXCEPTION 'value too long for type character varying(%)', bytes USING ERRCODE = '22001'; END IF;
END $$;
CREATE OR REPLACE FUNCTION rs.note_materialized_view(target regclass, is_automatic boolean, text text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO rs.materialized_views VALUES (target, is_automatic, text) ON CONFLICT DO NOTHING $$;
CREATE OR REPLACE FUNCTION rs.set_isolation(database text, level text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN RAISE EXCEPTION 'must be superuser or owner of database %', database USING ERRCODE = '42501'; END IF;
  IF database <> current_database() THEN RAISE EXCEPTION 'database "%" is not the one that this session is in', database; END IF;
  INSERT INTO rs.database_settings VALUES (database, level) ON CONFLICT (datname) DO UPDATE SET isolation = level;
END $$;
-- A user's password is kept as a hash, with the role, for the whole cluster.
CREATE OR REPLACE FUNCTION rs.set_password(usename text, hash text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF session_user <> usename AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    RAISE EXCEPTION 'permission denied to alter user "%"', usename USING ERRCODE = '42501'; END IF;
  EXECUTE format('COMMENT ON ROLE %I IS %L', usename, hash);
END $$;
-- A relation that was made after this transaction's snapshot is not there for it (C9.3). What a name means now is
-- looked up in the present catalogue, what the transaction may see in its snapshot.
CREATE OR REPLACE FUNCTION rs.check_visible(names text[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE hidden text;
BEGIN
  SELECT n INTO hidden FROM unnest(names) n WHERE to_regclass(n) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass(n)) LIMIT 1;
  IF hidden IS NOT NULL THEN RAISE EXCEPTION 'relation % was made after the snapshot', hidden USING ERRCODE = 'RS018'; END IF;
END $$;
-- A late-binding view reads through a function; the function of the view's earlier text goes.
CREATE OR REPLACE FUNCTION rs.note_late_binding_view(target regclass, text text, new_helper text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE old text := (SELECT helper FROM rs.late_binding_views WHERE view_oid = target);
BEGIN
  INSERT INTO rs.late_binding_views VALUES (target, text, new_helper) ON CONFLICT (view_oid) DO UPDATE SET definition = text, helper = new_helper;
  IF old IS NOT NULL THEN EXECUTE format('DROP FUNCTION IF EXISTS %s()', old); END IF;
END $$;

-- What EXECUTE runs in a procedure: ENCODE of an added column is taken out and recorded.
CREATE OR REPLACE FUNCTION rs.dynamic(statement text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  parts text[] := regexp_match(statement, '^\s*alter table\s+(.+?)\s+add column\s+("(?:[^"]|"")+"|\w+)\s', 'i');
  enc text := (regexp_match(statement, '\sencode\s+(\w+)', 'i'))[1];
  renamed text[] := regexp_match(statement, '^\s*alter table\s+(.+?)\s+rename column\s+("(?:[^"]|"")+"|\w+)\s+to\s+("(?:[^"]|"")+"|\w+)\s*$', 'i');
BEGIN
  IF renamed IS NOT NULL THEN
    RETURN statement || format('; SELECT rs.rename_column(%L::regclass, %L, %L)', renamed[1],
      replace(trim(both '"' from renamed[2]), '""', '"'), replace(trim(both '"' from renamed[3]), '""', '"'));
  END IF;
  IF parts IS NULL OR enc IS NULL THEN RETURN statement; END IF;
  RETURN regexp_replace(statement, '\sencode\s+\w+', '', 'i')
    || format('; SELECT rs.set_encoding(%L::regclass, %L, %L)', parts[1], replace(trim(both '"' from parts[2]), '""', '"'), lower(enc));
END $$;

-- CREATE OR REPLACE VIEW takes the identical set of columns only.
CREATE OR REPLACE FUNCTION rs.remember_columns(view text) RETURNS void LANGUAGE sql AS $$
  SELECT set_config('rs.view_columns', coalesce((SELECT relnatts::text FROM pg_class WHERE oid = to_regclass(view)), ''), true) $$;
CREATE OR REPLACE FUNCTION rs.check_columns(view regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF nullif(current_setting('rs.view_columns', true), '') <> (SELECT relnatts::text FROM pg_class WHERE oid = view) THEN
    RAISE EXCEPTION 'cannot change number of columns in view' USING ERRCODE = '42P16'; END IF;
END $$;
-- GRANT and REVOKE that EXECUTE runs: groups and roles have their own names here (40-privileges.sql).
CREATE OR REPLACE FUNCTION rs.dynamic_grant(statement text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE parts text[] := regexp_match(statement, '^(.*\s(?:to|from)\s+)(group|role)\s+("(?:[^"]|"")+"|\w+)(\s+with grant option)?\s*$', 'i');
BEGIN
  IF parts IS NULL THEN RETURN statement; END IF;
  RETURN parts[1] || quote_ident(lower(parts[2]) || ':' || CASE WHEN parts[3] LIKE '"%' THEN replace(substr(parts[3], 2, length(parts[3]) - 2), '""', '"') ELSE parts[3] END) || coalesce(parts[4], '');
END $$;

-- Rows are changed in tables only. The statement has locked what it wrote to.
CREATE OR REPLACE FUNCTION rs.check_written(names text[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE other text;
BEGIN
  SELECT n INTO other FROM unnest(names) n WHERE EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass(n) AND relkind <> 'r') LIMIT 1;
  IF other IS NOT NULL THEN RAISE EXCEPTION 'cannot change rows of %: it is not a table', other USING ERRCODE = '42809'; END IF;
END $$;
