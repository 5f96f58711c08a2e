-- How the columns of the target are stored, and which fill themselves.
-- schema, target: literals, names. Returns a row each: column name, number in their order,
-- encoding ('none' for raw), 1 or 0 for the distribution key, position in the sort key (0 for none, negative only when it is
-- interleaved), whether it fills itself: always (IDENTITY, whose values nobody may give), by default, never.
SELECT
  CAST(column_name AS varchar(128)) AS column_name,
  CAST(ordinal_position AS integer) AS column_number,
  CAST(COALESCE(encoding, 'none') AS varchar(128)) AS encoding,
  CASE WHEN distkey THEN 1 ELSE 0 END AS is_distribution_key,
  sortkey AS sort_position,
  CASE
    WHEN column_default LIKE '"identity"(%' THEN 'always'
    WHEN column_default LIKE '"default_identity"(%' THEN 'by default'
    ELSE 'never'
  END AS identity_kind
FROM pg_catalog.svv_redshift_columns
WHERE database_name = CURRENT_DATABASE() AND schema_name = {{schema}} AND table_name = {{target}}
