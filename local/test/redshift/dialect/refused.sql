-- Statements that are refused, each behind the text that its error holds: what Redshift refuses, what only PostgreSQL
-- knows, and what the local account does not simulate.
-- refused: multiple commands
SELECT 1; SELECT 2
-- refused: not supported in the local account: BEGIN
BEGIN
-- refused: not supported in the local account: COMMIT
COMMIT
-- refused: not supported in the local account: ROLLBACK
ROLLBACK
-- refused: not supported in the local account: the command UNLOAD
UNLOAD ('select 1') TO 's3://b/k' IAM_ROLE default
-- refused: not supported in the local account: the command EXPLAIN
EXPLAIN SELECT 1
-- refused: not supported in the local account: the command DO
DO $$ BEGIN END $$
-- refused: not supported in the local account: CREATE INDEX
CREATE INDEX i ON public.t (a)
-- refused: not supported in the local account: CREATE EXTENSION
CREATE EXTENSION hstore
-- refused: not supported in the local account: CREATE FUNCTION
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'
-- refused: not supported in the local account: CREATE EXTERNAL
CREATE EXTERNAL TABLE spectrum.t (a int) STORED AS PARQUET LOCATION 's3://b/k'
-- refused: not supported in the local account: CREATE EXTERNAL SCHEMA FROM KINESIS
CREATE EXTERNAL SCHEMA s FROM KINESIS IAM_ROLE default
-- refused: not supported in the local account: CREATE UNLOGGED
CREATE UNLOGGED TABLE public.t (a int)
-- refused: not supported in the local account: constraint: check
CREATE TABLE public.t (a int CHECK (a > 0))
-- refused: not supported in the local account: the type SERIAL
CREATE TABLE public.t (a serial)
-- refused: not supported in the local account: the type JSONB
CREATE TABLE public.t (a jsonb)
-- refused: not supported in the local account: the type UUID
CREATE TABLE public.t (a uuid)
-- refused: not supported in the local account: the type VARBYTE
CREATE TABLE public.t (a varbyte)
-- refused: not supported in the local account: the type GEOMETRY
CREATE TABLE public.t (a geometry)
-- refused: with array bounds
CREATE TABLE public.t (a int[])
-- refused: length for type varchar cannot exceed 65535
CREATE TABLE public.t (a varchar(70000))
-- refused: not supported in the local account: a DECIMAL of more than 38 digits
CREATE TABLE public.t (a decimal(39, 2))
-- refused: compression encoding "fast" is not recognized
CREATE TABLE public.t (a int ENCODE fast)
-- refused: column "b" named in key does not exist
CREATE TABLE public.t (a int) DISTKEY (b)
-- refused: cannot specify more than one distkey
CREATE TABLE public.t (a int DISTKEY, b int DISTKEY)
-- refused: syntax error at or near "tag"
CREATE TABLE public.t (tag int)
-- refused: syntax error at or near "partition"
SELECT partition FROM public.t
-- refused: syntax error at or near "open"
SELECT a AS open FROM public.t
-- refused: syntax error at or near "if"
ALTER TABLE public.t ADD COLUMN IF NOT EXISTS a int
-- refused: syntax error at or near ","
ALTER TABLE public.t ADD COLUMN a int, ADD COLUMN b int
-- refused: must have a non-null default expression
ALTER TABLE public.t ADD COLUMN a int NOT NULL
-- refused: only the size of a VARCHAR column can be altered
ALTER TABLE public.t ALTER COLUMN a TYPE bigint
-- refused: not supported in the local account: ALTER TABLE APPEND
ALTER TABLE public.t APPEND FROM public.u
-- refused: syntax error
ALTER TABLE public.t ALTER COLUMN a SET NOT NULL
-- refused: not supported in the local account: TOP
SELECT TOP 5 a FROM public.t
-- refused: not supported in the local account: QUALIFY
SELECT a FROM public.t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1
-- refused: not supported in the local account: PIVOT
SELECT * FROM public.t PIVOT (SUM(a) FOR b IN (1, 2))
-- refused: not supported in the local account: LISTAGG
SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY a) FROM public.t
-- refused: not supported in the local account: the function PERCENTILE_CONT
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a) FROM public.t
-- refused: not supported in the local account: the function STRING_AGG
SELECT STRING_AGG(a, ',') FROM public.t
-- refused: not supported in the local account: the function GEN_RANDOM_UUID
SELECT GEN_RANDOM_UUID()
-- refused: not supported in the local account: the function JSONB_BUILD_OBJECT
SELECT JSONB_BUILD_OBJECT('a', 1)
-- refused: not supported in the local account: the function PG_SLEEP
SELECT PG_SLEEP(1)
-- refused: not supported in the local account: the function PG_READ_FILE
SELECT PG_READ_FILE('/etc/passwd')
-- refused: not supported in the local account: the function rs.set_password
SELECT rs.set_password('admin', 'x')
-- refused: not supported in the local account: the schema rs
SELECT * FROM rs.table_attributes
-- refused: not supported in the local account: the system table PG_AUTHID
SELECT * FROM pg_authid
-- refused: not supported in the local account: the system table STL_LOAD_ERRORS
SELECT * FROM stl_load_errors
-- refused: not supported in the local account: DISTINCT ON
SELECT DISTINCT ON (a) a, b FROM public.t
-- refused: not supported in the local account: IS DISTINCT FROM
SELECT a IS DISTINCT FROM b FROM public.t
-- refused: not supported in the local account: range subselect with lateral
SELECT * FROM public.t, LATERAL (SELECT 1) AS x
-- refused: not supported in the local account: select with locking clause
SELECT * FROM public.t FOR UPDATE
-- refused: not supported in the local account: select with into clause
SELECT a INTO public.u FROM public.t
-- refused: not supported in the local account: the operator ->
SELECT a -> 'b' FROM public.t
-- refused: not supported in the local account: array expr
SELECT ARRAY[1, 2]
-- refused: not supported in the local account: grouping set
SELECT a, COUNT(*) FROM public.t GROUP BY ROLLUP (a)
-- refused: not supported in the local account: func call with agg filter
SELECT COUNT(*) FILTER (WHERE a > 1) FROM public.t
-- refused: not supported in the local account: WITH TIES
SELECT a FROM public.t ORDER BY a FETCH FIRST 1 ROWS WITH TIES
-- refused: require a frame clause
SELECT SUM(a) OVER (ORDER BY b) FROM public.t
-- refused: does not count ROWS
SELECT SUM(a) OVER (ORDER BY b RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM public.t
-- refused: IGNORE NULLS
SELECT LAST_VALUE(a IGNORE NULLS) OVER (PARTITION BY b) FROM public.t
-- refused: not supported in the local account: insert with on conflict clause
INSERT INTO public.t VALUES (1) ON CONFLICT DO NOTHING
-- refused: not supported in the local account: insert with returning list
INSERT INTO public.t VALUES (1) RETURNING a
-- refused: not supported in the local account: delete with returning list
DELETE FROM public.t RETURNING a
-- refused: not supported in the local account: WITH that changes rows
WITH gone AS (DELETE FROM public.t RETURNING a) SELECT * FROM gone
-- refused: MERGE takes no alias for its target
MERGE INTO public.t AS x USING public.u ON x.a = public.u.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)
-- refused: not supported in the local account: MERGE WHEN
MERGE INTO public.t USING public.u u ON public.t.a = u.a WHEN MATCHED AND u.b = 1 THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)
-- refused: MERGE needs both
MERGE INTO public.t USING public.u u ON public.t.a = u.a WHEN NOT MATCHED THEN INSERT VALUES (1)
-- refused: MERGE needs both
MERGE INTO public.t USING public.u u ON public.t.a = u.a WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (1)
-- refused: cannot be the same table
MERGE INTO public.t USING public.t ON true WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)
-- refused: WITH clause is not supported in MERGE
WITH x AS (SELECT 1 AS a) MERGE INTO public.t USING x ON public.t.a = x.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)
-- refused: should be qualified
CREATE VIEW public.v AS SELECT a FROM t WITH NO SCHEMA BINDING
-- refused: syntax error at or near "in"
LOCK TABLE public.t IN SHARE MODE
-- refused: not supported on Redshift tables
SELECT NOW() FROM public.t
-- refused: not supported on Redshift tables
SELECT SUBSTR(a, 1, 2) FROM public.t
-- refused: not supported on Redshift tables
SELECT CURRENT_TIMESTAMP FROM public.t
-- refused: not supported on Redshift tables
SELECT c.relname FROM pg_class c JOIN public.t ON true
-- refused: not supported on Redshift tables
INSERT INTO public.t SELECT tablename FROM pg_table_def
-- refused: not supported on Redshift tables
CREATE TABLE public.u AS SELECT column_name FROM svv_columns
-- refused: not supported in the local account: a table of another database
SELECT * FROM other.public.t
-- refused: not supported in the local account: E'
SELECT E'a\n'
-- refused: not supported in the local account: EXCEPTION in a procedure
CREATE PROCEDURE public.p() AS $$ BEGIN NULL; EXCEPTION WHEN OTHERS THEN NULL; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: TRUNCATE in a procedure
CREATE PROCEDURE public.p() AS $$ BEGIN TRUNCATE public.t; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: NONATOMIC
CREATE PROCEDURE public.p() NONATOMIC AS $$ BEGIN NULL; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: procedures in another language
CREATE PROCEDURE public.p() AS $$ SELECT 1 $$ LANGUAGE sql
-- refused: RAISE takes variables only
CREATE PROCEDURE public.p(a int) AS $$ BEGIN RAISE EXCEPTION 'too many: %', a + 1; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: GET DIAGNOSTICS of anything but ROW_COUNT
CREATE PROCEDURE public.p() AS $$ DECLARE n varchar(99); BEGIN GET DIAGNOSTICS n := PG_CONTEXT; END; $$ LANGUAGE plpgsql
-- refused: syntax error at or near ","
CREATE PROCEDURE public.p() AS $$ DECLARE n int; m int; BEGIN GET DIAGNOSTICS n := ROW_COUNT, m := ROW_COUNT; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: EXECUTE … USING
CREATE PROCEDURE public.p(a int) AS $$ BEGIN EXECUTE 'SELECT $1' USING a; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: EXECUTE of a statement that PostgreSQL does not take as it is
CREATE PROCEDURE public.p(a varchar(10)) AS $$ BEGIN EXECUTE 'SELECT NVL(1, 2) FROM ' || a; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: the function PG_SLEEP
CREATE PROCEDURE public.p() AS $$ BEGIN PERFORM PG_SLEEP(1); END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: the function STRING_AGG
CREATE PROCEDURE public.p() AS $$ DECLARE v varchar(10); BEGIN v := (SELECT STRING_AGG(a, ',') FROM public.t); END; $$ LANGUAGE plpgsql
-- refused: not supported on Redshift tables
CREATE PROCEDURE public.p() AS $$ DECLARE n int; BEGIN SELECT COUNT(*) INTO n FROM pg_class, public.t; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: OUT arguments
CREATE PROCEDURE public.p(OUT a int) AS $$ BEGIN a := 1; END; $$ LANGUAGE plpgsql
-- refused: not supported in the local account: the privilege DROP
GRANT DROP ON public.t TO bob
-- refused: not supported in the local account: GRANT ON LANGUAGE
GRANT USAGE ON LANGUAGE plpythonu TO bob
-- refused: not supported in the local account: SET SESSION AUTHORIZATION
SET SESSION AUTHORIZATION bob
-- refused: not supported in the local account: the parameter work_mem
SET work_mem TO '1GB'
-- refused: not supported in the local account: the parameter default_transaction_isolation
SET default_transaction_isolation TO 'read committed'
-- refused: not supported in the local account: enable_case_sensitive_identifier
SET enable_case_sensitive_identifier TO true
-- refused: password must be
CREATE USER weak PASSWORD 'short'
-- refused: syntax error
CREATE USER nothing
-- refused: not supported in the local account: COPY FORMAT CSV
COPY public.t FROM 's3://b/k' IAM_ROLE default FORMAT CSV
-- refused: not supported in the local account: COPY of anything but
COPY public.t FROM 's3://b/k' IAM_ROLE default
-- refused: CREDENTIALS argument is required
COPY public.t FROM 's3://b/k' FORMAT AS PARQUET MANIFEST
-- refused: not supported in the local account: COPY FROM
COPY public.t FROM '/etc/passwd' IAM_ROLE default FORMAT AS PARQUET
-- refused: MAXERROR option is not supported for COPY from PARQUET
COPY public.t FROM 's3://b/k' IAM_ROLE default FORMAT AS PARQUET MANIFEST MAXERROR 1
-- refused: not supported in the local account: REFRESH MATERIALIZED VIEW … CASCADE
REFRESH MATERIALIZED VIEW public.v CASCADE
-- refused: unterminated quoted string
SELECT 'a\'
-- refused: not supported in the local account: a name of more than 63 bytes
SELECT 1 AS aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg
-- refused: not supported in the local account: the command VALUES
VALUES (1)
-- refused: not supported in the local account: VALUES but in an INSERT
SELECT * FROM (VALUES (1), (2)) AS v (n)
-- refused: not supported in the local account: the function LOWER in FROM
SELECT * FROM LOWER('X')
-- refused: not supported on Redshift tables
SELECT g FROM public.t CROSS JOIN GENERATE_SERIES(1, 3) AS g
-- refused: not supported in the local account: the function RS_AVG
SELECT RS_AVG(1)
-- refused: permission denied for relation pg_class
UPDATE pg_class SET relname = 'x'
-- refused: permission denied for relation pg_class
DELETE FROM pg_catalog.pg_class
-- refused: is a system catalog
DROP VIEW svv_columns
-- refused: is a system catalog
DROP SCHEMA rs CASCADE
-- refused: is a system catalog
DROP TABLE pg_catalog.pg_class
-- refused: not supported in the local account: with clause with recursive
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r
-- refused: not supported in the local account: CREATE DATASHARE … SET
CREATE DATASHARE exports SET PUBLICACCESSIBLE true
-- refused: not supported in the local account: COPY FORMAT JSON 's3://b/paths'
COPY public.t FROM 's3://b/k' IAM_ROLE default FORMAT AS JSON 's3://b/paths' MANIFEST
-- refused: TIMEFORMAT option is not supported for COPY from PARQUET format
COPY public.t FROM 's3://b/k' IAM_ROLE default FORMAT AS PARQUET MANIFEST TIMEFORMAT 'auto'
