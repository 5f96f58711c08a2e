-- Redshift's catalogue views over PostgreSQL's. Sizes and skew are not measured.
CREATE OR REPLACE FUNCTION rs.is_ours(namespace oid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT nspname NOT IN ('rs', 'pg_toast') FROM pg_namespace WHERE oid = $1 $$;
CREATE OR REPLACE FUNCTION rs.type_name(type oid, modifier int) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $1 = 'text'::regtype THEN 'character varying(65535)' ELSE format_type($1, $2) END $$;
CREATE OR REPLACE FUNCTION rs.encoding(type oid, is_sort_key boolean) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN is_sort_key OR $1 IN ('boolean'::regtype, 'real'::regtype, 'double precision'::regtype) THEN 'none'
    WHEN $1 IN ('varchar'::regtype, 'bpchar'::regtype, 'text'::regtype) THEN 'lzo'
    WHEN format_type($1, NULL) = 'super' THEN 'zstd' ELSE 'az64' END $$;

CREATE OR REPLACE VIEW rs.columns_of AS
SELECT c.oid AS table_oid, n.nspname AS table_schema, c.relname AS table_name, c.relkind, c.relowner, a.attname AS column_name, a.attnum AS ordinal_position,
  CASE a.attidentity WHEN 'a' THEN format('"identity"(%s, %s, ''1,1''::text)', c.oid, a.attnum - 1)
    WHEN 'd' THEN format('"default_identity"(%s, %s, ''1,1''::text)', c.oid, a.attnum - 1) ELSE pg_get_expr(d.adbin, d.adrelid) END AS column_default, a.attnotnull, a.atttypid, a.atttypmod,
  split_part(rs.type_name(a.atttypid, a.atttypmod), '(', 1) ||
    CASE WHEN rs.type_name(a.atttypid, a.atttypmod) LIKE '%)%zone' THEN split_part(rs.type_name(a.atttypid, a.atttypmod), ')', 2) ELSE '' END AS data_type,
  rs.type_name(a.atttypid, a.atttypmod) AS full_type,
  CASE WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) THEN a.atttypmod - 4 WHEN a.atttypid = 'text'::regtype THEN 65535 END AS character_maximum_length,
  CASE a.atttypid WHEN 'smallint'::regtype THEN 16 WHEN 'integer'::regtype THEN 32 WHEN 'bigint'::regtype THEN 64 WHEN 'real'::regtype THEN 24
    WHEN 'double precision'::regtype THEN 53 WHEN 'numeric'::regtype THEN ((a.atttypmod - 4) >> 16) & 65535 END AS numeric_precision,
  CASE WHEN a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) THEN 0
    WHEN a.atttypid = 'numeric'::regtype THEN (a.atttypmod - 4) & 65535 END AS numeric_scale,
  col_description(c.oid, a.attnum) AS remarks,
  coalesce(ca.encoding, rs.encoding(a.atttypid, coalesce(ta.sortkeys[1] = a.attname, false))) AS encoding,
  coalesce(ta.distkey = a.attname, false) AS distkey, coalesce(array_position(ta.sortkeys, a.attname::text), 0) AS sortkey
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN rs.column_attributes ca ON ca.table_oid = c.oid AND ca.attnum = a.attnum
LEFT JOIN rs.table_attributes ta ON ta.table_oid = c.oid
WHERE c.relkind IN ('r', 'v', 'm') AND rs.is_ours(c.relnamespace) AND NOT pg_is_other_temp_schema(c.relnamespace);
-- What a role may see: it owns the relation or has any privilege on it.
CREATE OR REPLACE FUNCTION rs.may_see(relation oid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT has_table_privilege($1, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES') OR has_any_column_privilege($1, 'SELECT') $$;

CREATE OR REPLACE VIEW pg_catalog.svv_columns AS
SELECT current_database()::varchar AS table_catalog, table_schema::varchar, table_name::varchar, column_name::varchar, ordinal_position::int, column_default::varchar,
  CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END::varchar AS is_nullable, data_type::varchar, character_maximum_length, numeric_precision,
  CASE WHEN numeric_precision IS NOT NULL THEN CASE WHEN atttypid = 'numeric'::regtype THEN 10 ELSE 2 END END AS numeric_precision_radix, numeric_scale,
  CASE WHEN atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype) THEN 6 END AS datetime_precision, remarks::varchar
FROM rs.columns_of WHERE rs.may_see(table_oid);
CREATE OR REPLACE VIEW pg_catalog.svv_redshift_columns AS
SELECT current_database()::varchar AS database_name, table_schema::varchar AS schema_name, table_name::varchar, column_name::varchar, ordinal_position::int, data_type::varchar,
  column_default::varchar, CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END::varchar AS is_nullable, encoding::varchar, distkey, sortkey::int, NULL::varchar AS column_acl, remarks::varchar
FROM rs.columns_of WHERE rs.may_see(table_oid);
CREATE OR REPLACE VIEW pg_catalog.svv_all_columns AS
SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, column_name, ordinal_position, column_default, is_nullable, data_type,
  character_maximum_length, numeric_precision, numeric_scale, remarks FROM pg_catalog.svv_columns;
CREATE OR REPLACE VIEW pg_catalog.pg_table_def AS
SELECT table_schema::name AS schemaname, table_name::name AS tablename, column_name::name AS "column", full_type::text AS type, encoding::varchar AS encoding,
  distkey, sortkey::int AS sortkey, attnotnull AS "notnull"
FROM rs.columns_of WHERE table_schema = ANY (current_schemas(true)) AND rs.may_see(table_oid) ORDER BY table_schema, table_name, ordinal_position;

CREATE OR REPLACE VIEW pg_catalog.pg_class_info AS
SELECT c.oid AS reloid, c.relname, c.relnamespace, c.relowner, c.relkind, t.created_at AS relcreationtime,
  CASE t.diststyle WHEN 'EVEN' THEN 0 WHEN 'KEY' THEN 1 WHEN 'ALL' THEN 8 ELSE 11 END AS releffectivediststyle
FROM pg_class c LEFT JOIN rs.table_attributes t ON t.table_oid = c.oid
WHERE c.relkind IN ('r', 'v', 'm') AND rs.is_ours(c.relnamespace) AND rs.may_see(c.oid);

CREATE OR REPLACE VIEW pg_catalog.svv_tables AS
SELECT current_database()::varchar AS table_catalog, n.nspname::varchar AS table_schema, c.relname::varchar AS table_name,
  CASE WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY' WHEN c.relkind = 'r' THEN 'BASE TABLE' ELSE 'VIEW' END::varchar AS table_type, obj_description(c.oid, 'pg_class')::varchar AS remarks
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm') AND rs.is_ours(n.oid) AND NOT pg_is_other_temp_schema(n.oid) AND rs.may_see(c.oid);
CREATE OR REPLACE VIEW pg_catalog.svv_all_tables AS
SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, table_type, NULL::varchar AS table_acl, remarks FROM pg_catalog.svv_tables;
CREATE OR REPLACE VIEW pg_catalog.svv_redshift_tables AS SELECT * FROM pg_catalog.svv_all_tables;
CREATE OR REPLACE VIEW pg_catalog.svv_all_schemas AS
SELECT current_database()::varchar AS database_name, nspname::varchar AS schema_name, nspowner AS schema_owner, 'local'::varchar AS schema_type
FROM pg_namespace WHERE nspname NOT IN ('rs', 'pg_toast');
CREATE OR REPLACE VIEW pg_catalog.svv_table_info AS
SELECT current_database()::text AS database, n.nspname::text AS schema, c.oid::int AS table_id, c.relname::text AS "table",
  CASE WHEN EXISTS (SELECT 1 FROM rs.column_attributes e WHERE e.table_oid = c.oid) THEN 'Y' ELSE 'Y, AUTO(ENCODE)' END AS encoded,
  CASE WHEN t.diststyle = 'KEY' THEN format('KEY(%s)', t.distkey) WHEN t.diststyle = 'AUTO' THEN 'AUTO(EVEN)' ELSE t.diststyle END AS diststyle,
  CASE WHEN t.sortkeys = '{}' THEN CASE t.sortstyle WHEN 'AUTO' THEN 'AUTO(SORTKEY)' END WHEN t.sortstyle = 'INTERLEAVED' THEN 'INTERLEAVED' ELSE t.sortkeys[1] END AS sortkey1,
  (SELECT max(character_maximum_length) FROM rs.columns_of x WHERE x.table_oid = c.oid)::int AS max_varchar, cardinality(t.sortkeys)::int AS sortkey_num,
  greatest(1, pg_relation_size(c.oid) / 1048576)::bigint AS size, 0::numeric(10,4) AS pct_used, 0::bigint AS empty, NULL::numeric(5,2) AS unsorted, 0::numeric(5,2) AS stats_off,
  greatest(0, c.reltuples)::numeric(38,0) AS tbl_rows, 1::numeric(19,2) AS skew_rows, greatest(0, c.reltuples)::numeric(38,0) AS estimated_visible_rows, t.created_at AS create_time
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN rs.table_attributes t ON t.table_oid = c.oid
WHERE c.relkind = 'r' AND rs.is_ours(n.oid) AND c.relpersistence <> 't' AND n.nspname <> 'pg_catalog' AND rs.may_see(c.oid);
-- Constraints as Redshift keeps them: keys and foreign keys, which PostgreSQL would enforce, from our own records.
CREATE OR REPLACE VIEW pg_catalog.rs_constraint AS
SELECT 0::oid AS oid, t.conname::name AS conname, c.relnamespace AS connamespace, t.contype::"char" AS contype, t.table_oid AS conrelid, 0::oid AS confrelid, t.attnums::int2[] AS conkey, NULL::int2[] AS confkey
FROM rs.table_constraints t JOIN pg_class c ON c.oid = t.table_oid
UNION ALL
SELECT 0::oid, f.conname::name, c.relnamespace, 'f'::"char", f.table_oid, f.referenced_oid, f.attnums::int2[], f.referenced_attnums::int2[]
FROM rs.foreign_keys f JOIN pg_class c ON c.oid = f.table_oid;
GRANT SELECT ON pg_catalog.rs_constraint TO PUBLIC;
