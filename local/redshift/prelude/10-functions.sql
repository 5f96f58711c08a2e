-- Redshift's functions and types that PostgreSQL lacks, or has with another meaning. They lie in pg_catalog, where
-- every search_path finds them. Names that start with rs_ stand for a Redshift function whose PostgreSQL namesake
-- means something else; the dialect writes them.
SELECT set_config('check_function_bodies', 'off', false);
CREATE SCHEMA IF NOT EXISTS rs;
GRANT USAGE ON SCHEMA rs TO PUBLIC;
GRANT CREATE ON SCHEMA public TO PUBLIC;

DO $$ BEGIN
  IF to_regtype('pg_catalog.super') IS NULL THEN CREATE DOMAIN pg_catalog.super AS jsonb; END IF;
END $$;

-- The account's clock may be ahead of the machine's.
CREATE OR REPLACE FUNCTION rs.ahead() RETURNS interval LANGUAGE sql STABLE
  AS $$ SELECT coalesce(nullif(current_setting('rs.clock_ahead', true), ''), '0')::bigint * interval '1 millisecond' $$;
CREATE OR REPLACE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE
  AS $$ SELECT date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC' + rs.ahead()) $$;
CREATE OR REPLACE FUNCTION pg_catalog.sysdate() RETURNS timestamp LANGUAGE sql STABLE
  AS $$ SELECT transaction_timestamp() AT TIME ZONE 'UTC' + rs.ahead() $$;

CREATE OR REPLACE FUNCTION pg_catalog.len(text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT length($1) $$;
CREATE OR REPLACE FUNCTION pg_catalog.nvl2(anyelement, anycompatible, anycompatible) RETURNS anycompatible
  LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN $1 IS NOT NULL THEN $2 ELSE $3 END $$;
CREATE OR REPLACE FUNCTION pg_catalog.charindex(text, text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT position($1 in $2) $$;
CREATE OR REPLACE FUNCTION pg_catalog.rs_concat(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 || $2 $$;
CREATE OR REPLACE FUNCTION pg_catalog.rs_regexp_replace(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT regexp_replace($1, $2, $3, 'g') $$;
-- Letters of all languages, where the database's own rules know those of ASCII only.
CREATE OR REPLACE FUNCTION pg_catalog.rs_lower(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT lower($1 COLLATE "und-x-icu") COLLATE "default" $$;
CREATE OR REPLACE FUNCTION pg_catalog.rs_upper(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT upper($1 COLLATE "und-x-icu") COLLATE "default" $$;
CREATE OR REPLACE FUNCTION pg_catalog.rs_initcap(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT initcap($1 COLLATE "und-x-icu") COLLATE "default" $$;
-- Halves are rounded away from zero, those of a double too.
CREATE OR REPLACE FUNCTION pg_catalog.rs_round(double precision) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE WHEN abs($1) < 4503599627370496 THEN sign($1) * floor(abs($1) + 0.5) ELSE $1 END $$;
CREATE OR REPLACE FUNCTION pg_catalog.rs_round(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round($1) $$;
CREATE OR REPLACE FUNCTION pg_catalog.rs_round(numeric, integer) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round($1, $2) $$;
CREATE OR REPLACE FUNCTION pg_catalog.rs_round(double precision, integer) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT round($1::numeric, $2)::double precision $$;
CREATE OR REPLACE FUNCTION pg_catalog.sha2(text, integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT encode(CASE $2 WHEN 224 THEN sha224(convert_to($1, 'UTF8')) WHEN 384 THEN sha384(convert_to($1, 'UTF8'))
    WHEN 512 THEN sha512(convert_to($1, 'UTF8')) ELSE sha256(convert_to($1, 'UTF8')) END, 'hex') $$;
CREATE OR REPLACE FUNCTION pg_catalog.round(double precision, integer) RETURNS double precision
  LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round($1::numeric, $2)::double precision $$;
CREATE OR REPLACE FUNCTION pg_catalog.trunc(timestamp) RETURNS date LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.last_day(timestamp) RETURNS date LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT (date_trunc('month', $1) + interval '1 month - 1 day')::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(text, text, timestamp) RETURNS timestamp
  LANGUAGE sql STABLE STRICT AS $$ SELECT ($3 AT TIME ZONE $1) AT TIME ZONE $2 $$;
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(text, timestamp) RETURNS timestamp
  LANGUAGE sql STABLE STRICT AS $$ SELECT ($2 AT TIME ZONE 'UTC') AT TIME ZONE $1 $$;

-- Dates: the unit is a bare word in Redshift; the dialect quotes it.
CREATE OR REPLACE FUNCTION rs.date_unit(unit text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN CASE
    WHEN lower(unit) IN ('year', 'years', 'yr', 'yrs', 'y') THEN 'year'
    WHEN lower(unit) IN ('quarter', 'quarters', 'qtr', 'qtrs') THEN 'quarter'
    WHEN lower(unit) IN ('month', 'months', 'mon', 'mons') THEN 'month'
    WHEN lower(unit) IN ('week', 'weeks', 'w') THEN 'week'
    WHEN lower(unit) IN ('day', 'days', 'd') THEN 'day'
    WHEN lower(unit) IN ('hour', 'hours', 'hr', 'hrs', 'h') THEN 'hour'
    WHEN lower(unit) IN ('minute', 'minutes', 'min', 'mins', 'm') THEN 'minute'
    WHEN lower(unit) IN ('second', 'seconds', 'sec', 'secs', 's') THEN 'second'
    WHEN lower(unit) IN ('millisecond', 'milliseconds', 'ms', 'msec', 'msecs') THEN 'millisecond'
    WHEN lower(unit) IN ('microsecond', 'microseconds', 'us', 'usec', 'usecs', 'microsec', 'microsecs') THEN 'microsecond'
    ELSE rs.refuse(format('date part "%s"', unit)) END;
END $$;
CREATE OR REPLACE FUNCTION rs.refuse(what text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RAISE EXCEPTION 'not supported in the local account: %; see docs/local-account.md', what USING ERRCODE = '0A000';
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.dateadd(unit text, amount bigint, at timestamp) RETURNS timestamp
  LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT at + CASE rs.date_unit(unit) WHEN 'quarter' THEN make_interval(months => (3 * amount)::int)
    ELSE (amount || ' ' || rs.date_unit(unit))::interval END $$;
CREATE OR REPLACE FUNCTION pg_catalog.datediff(unit text, a timestamp, b timestamp) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE u text := rs.date_unit(unit);
BEGIN
  RETURN CASE u
    WHEN 'year' THEN extract(year FROM b) - extract(year FROM a)
    WHEN 'quarter' THEN 4 * (extract(year FROM b) - extract(year FROM a)) + extract(quarter FROM b) - extract(quarter FROM a)
    WHEN 'month' THEN 12 * (extract(year FROM b) - extract(year FROM a)) + extract(month FROM b) - extract(month FROM a)
    WHEN 'day' THEN b::date - a::date
    WHEN 'week' THEN rs.refuse('DATEDIFF in ' || u)::bigint
    WHEN 'hour' THEN extract(epoch FROM date_trunc(u, b) - date_trunc(u, a)) / 3600
    WHEN 'minute' THEN extract(epoch FROM date_trunc(u, b) - date_trunc(u, a)) / 60
    WHEN 'second' THEN extract(epoch FROM date_trunc(u, b) - date_trunc(u, a))
    WHEN 'millisecond' THEN extract(epoch FROM date_trunc('milliseconds', b) - date_trunc('milliseconds', a)) * 1000
    ELSE extract(epoch FROM b - a) * 1000000 END;
END $$;

-- SUPER: equal as a value, not as text.
-- What SUPER cannot hold: more than 1,000 levels of arrays and objects, a text of more than 65,535 bytes inside, and a
-- number beyond a double (J2.2).
CREATE OR REPLACE FUNCTION rs.levels(value text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT max(level)::int FROM (
    SELECT sum(CASE WHEN bracket IN ('[', '{') THEN 1 ELSE -1 END) OVER (ORDER BY at) AS level
    FROM string_to_table(regexp_replace(regexp_replace(value, '"([^"\\]|\\.)*"', '', 'g'), '[^][{}]', '', 'g'), NULL) WITH ORDINALITY AS b(bracket, at)) l $$;
CREATE OR REPLACE FUNCTION rs.check_super(value text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE parsed jsonb;
BEGIN
  IF rs.levels(value) > 1000 THEN
    RAISE EXCEPTION 'nesting depth of SUPER exceeds the maximum of 1000' USING ERRCODE = '22023'; END IF;
  parsed := value::jsonb;
  IF EXISTS (SELECT 1 FROM jsonb_path_query(parsed, 'strict $.**') part WHERE jsonb_typeof(part) = 'string' AND octet_length(part #>> '{}') > 65535) THEN
    RAISE EXCEPTION '1224 String value exceeds the max size of 65535 bytes' USING ERRCODE = '22001'; END IF;
  IF EXISTS (SELECT 1 FROM jsonb_path_query(parsed, 'strict $.**') part WHERE jsonb_typeof(part) = 'number' AND abs((part #>> '{}')::numeric) > 1.7976931348623157e308) THEN
    RAISE EXCEPTION 'number in JSON is out of range for SUPER' USING ERRCODE = '22003'; END IF;
  RETURN parsed;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_parse(text) RETURNS super LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT CASE WHEN octet_length($1) > 65535 OR length($1) - length(translate($1, '[{', '')) > 1000 OR $1 ~ '[eE][+]?[0-9]{3}|[0-9]{250}'
    THEN rs.check_super($1)::super ELSE $1::jsonb::super END $$;
CREATE OR REPLACE FUNCTION rs.compact(jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT CASE jsonb_typeof($1)
    WHEN 'object' THEN '{' || coalesce((SELECT string_agg(to_json(key)::text || ':' || rs.compact(value), ',') FROM jsonb_each($1)), '') || '}'
    WHEN 'array' THEN '[' || coalesce((SELECT string_agg(rs.compact(value), ',' ORDER BY at) FROM jsonb_array_elements($1) WITH ORDINALITY AS e(value, at)), '') || ']'
    ELSE $1::text END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_serialize(super) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT rs.compact($1::jsonb) $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_typeof(super) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT jsonb_typeof($1::jsonb) $$;
-- Nobody has opted this one in (J2.2).
CREATE OR REPLACE FUNCTION pg_catalog.is_large_string_enabled() RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT false $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_valid_json(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  PERFORM $1::jsonb;
  RETURN jsonb_typeof($1::jsonb) = 'object';
EXCEPTION WHEN OTHERS THEN RETURN false;
END $$;

-- AVG of integers is a BIGINT.
CREATE OR REPLACE FUNCTION rs.avg_step(state numeric[], value bigint) RETURNS numeric[] LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT ARRAY[state[1] + value, state[2] + 1] $$;
CREATE OR REPLACE FUNCTION rs.avg_step(state numeric[], value integer) RETURNS numeric[] LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT ARRAY[state[1] + value, state[2] + 1] $$;
CREATE OR REPLACE FUNCTION rs.avg_step(state numeric[], value smallint) RETURNS numeric[] LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT ARRAY[state[1] + value, state[2] + 1] $$;
CREATE OR REPLACE FUNCTION rs.avg_final(state numeric[]) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE WHEN state[2] > 0 THEN trunc(state[1] / state[2])::bigint END $$;
CREATE OR REPLACE FUNCTION rs.avg_step_numeric(state numeric[], value numeric) RETURNS numeric[] LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT ARRAY[state[1] + value, state[2] + 1, greatest(state[3], scale(value))] $$;
CREATE OR REPLACE FUNCTION rs.avg_final_numeric(state numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE WHEN state[2] > 0 THEN round(state[1] / state[2], state[3]::int) END $$;
CREATE OR REPLACE AGGREGATE pg_catalog.rs_avg(bigint) (sfunc = rs.avg_step, stype = numeric[], finalfunc = rs.avg_final, initcond = '{0,0}');
CREATE OR REPLACE AGGREGATE pg_catalog.rs_avg(integer) (sfunc = rs.avg_step, stype = numeric[], finalfunc = rs.avg_final, initcond = '{0,0}');
CREATE OR REPLACE AGGREGATE pg_catalog.rs_avg(smallint) (sfunc = rs.avg_step, stype = numeric[], finalfunc = rs.avg_final, initcond = '{0,0}');
CREATE OR REPLACE AGGREGATE pg_catalog.rs_avg(numeric) (sfunc = rs.avg_step_numeric, stype = numeric[], finalfunc = rs.avg_final_numeric, initcond = '{0,0,0}');
CREATE OR REPLACE AGGREGATE pg_catalog.rs_avg(double precision) (sfunc = float8_accum, stype = double precision[], finalfunc = float8_avg, initcond = '{0,0,0}');

-- COPY's numbers of this session.
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE
  AS $$ SELECT coalesce(nullif(current_setting('rs.last_copy_count', true), ''), '0')::bigint $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_id() RETURNS bigint LANGUAGE sql STABLE
  AS $$ SELECT coalesce(nullif(current_setting('rs.last_copy_id', true), ''), '-1')::bigint $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_query_id() RETURNS bigint LANGUAGE sql STABLE
  AS $$ SELECT coalesce(nullif(current_setting('rs.last_query_id', true), ''), '-1')::bigint $$;
