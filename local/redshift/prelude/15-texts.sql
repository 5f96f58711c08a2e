-- VARCHAR is compared as Redshift compares it, without the blanks at its end: by PostgreSQL's own functions for CHAR, which
-- take the same bytes. As the default operator class it rules GROUP BY, DISTINCT, ORDER BY, joins and MERGE too.
-- Values of functions are TEXT: compared with a VARCHAR they follow it, among each other they keep their blanks.
DO $$
DECLARE
  pair record; op record; is_name boolean;
BEGIN
  IF to_regoperator('pg_catalog.=(varchar, varchar)') IS NOT NULL THEN RETURN; END IF;
  FOR pair IN SELECT l, r, format('%s, %s', l, r) AS types FROM (VALUES ('varchar', 'varchar'), ('varchar', 'text'), ('text', 'varchar'),
      ('varchar', 'bpchar'), ('bpchar', 'varchar'), ('varchar', 'name'), ('name', 'varchar')) AS pairs(l, r) LOOP
    -- Without operators of their own, names could be compared in two ways.
    is_name := 'name' IN (pair.l, pair.r);
    FOR op IN SELECT * FROM (VALUES ('eq', '=', '=', '<>', 'eq', 'HASHES,'), ('ne', '<>', '<>', '=', 'neq', ''), ('lt', '<', '>', '>=', 'scalarlt', ''),
        ('le', '<=', '>=', '>', 'scalarle', ''), ('gt', '>', '<', '<=', 'scalargt', ''), ('ge', '>=', '<=', '<', 'scalarge', ''))
        AS operators(name, sign, swapped, negated, estimate, joins) LOOP
      EXECUTE format('CREATE FUNCTION rs.unpadded_%s(%s) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS %L',
        op.name, pair.types, CASE WHEN is_name THEN replace(pair.l, 'varchar', 'text') || op.name || replace(pair.r, 'varchar', 'text') ELSE 'bpchar' || op.name END);
      EXECUTE format('CREATE OPERATOR pg_catalog.%s (FUNCTION = rs.unpadded_%s, LEFTARG = %s, RIGHTARG = %s, %s
        COMMUTATOR = OPERATOR(pg_catalog.%s), NEGATOR = OPERATOR(pg_catalog.%s), RESTRICT = %ssel, JOIN = %sjoinsel)',
        op.sign, op.name, pair.l, pair.r, op.joins || CASE WHEN op.name = 'eq' AND pair.l = pair.r THEN ' MERGES,' ELSE '' END,
        op.swapped, op.negated, op.estimate, op.estimate);
    END LOOP;
  END LOOP;
  CREATE FUNCTION rs.unpadded_cmp(varchar, varchar) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF AS 'bpcharcmp';
  CREATE FUNCTION rs.unpadded_hash(varchar) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpchar';
  CREATE FUNCTION rs.unpadded_hash(varchar, bigint) RETURNS bigint LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpcharextended';
  CREATE FUNCTION rs.unpadded_hash(text) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpchar';
  CREATE FUNCTION rs.padded_hash(varchar) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashtext';
  CREATE OPERATOR CLASS rs.unpadded DEFAULT FOR TYPE varchar USING btree AS
    OPERATOR 1 pg_catalog.<, OPERATOR 2 pg_catalog.<=, OPERATOR 3 pg_catalog.=, OPERATOR 4 pg_catalog.>=, OPERATOR 5 pg_catalog.>,
    FUNCTION 1 rs.unpadded_cmp(varchar, varchar);
  CREATE OPERATOR CLASS rs.unpadded DEFAULT FOR TYPE varchar USING hash AS
    OPERATOR 1 pg_catalog.=, FUNCTION 1 rs.unpadded_hash(varchar), FUNCTION 2 rs.unpadded_hash(varchar, bigint);
  ALTER OPERATOR FAMILY rs.unpadded USING hash ADD
    OPERATOR 1 pg_catalog.= (varchar, text), OPERATOR 1 pg_catalog.= (text, varchar), FUNCTION 1 (text, text) rs.unpadded_hash(text),
    OPERATOR 1 pg_catalog.= (varchar, bpchar), OPERATOR 1 pg_catalog.= (bpchar, varchar), FUNCTION 1 (bpchar, bpchar) pg_catalog.hashbpchar(bpchar);
  CREATE OPERATOR FAMILY rs.names USING hash;
  ALTER OPERATOR FAMILY rs.names USING hash ADD
    OPERATOR 1 pg_catalog.= (varchar, name), OPERATOR 1 pg_catalog.= (name, varchar),
    FUNCTION 1 (varchar, varchar) rs.padded_hash(varchar), FUNCTION 1 (name, name) pg_catalog.hashname(name);
END $$;
