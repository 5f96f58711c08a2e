-- How the columns of a wide target are stored, a page of them, in as few bytes as it takes (see wide_columns).
-- schema, target: literals, names; after, until: literals, the columns' numbers. Returns a row each: 'stored', number in
-- their order, and parted by tabs: encoding, distribution key, position in the sort key, identity kind (a, d or '').
SELECT
  CAST('stored' AS varchar(16)) AS question,
  CAST(ordinal_position AS integer) AS place_among_them,
  CAST(
    COALESCE(encoding, 'none') || CHR(9) || CASE WHEN distkey THEN '1' ELSE '0' END
    || CHR(9) || CAST(sortkey AS varchar(8)) || CHR(9)
    || CASE
      WHEN column_default LIKE '"identity"(%' THEN 'a'
      WHEN column_default LIKE '"default_identity"(%' THEN 'd'
      ELSE ''
    END AS varchar(256)
  ) AS found
FROM pg_catalog.svv_redshift_columns
WHERE database_name = CURRENT_DATABASE() AND schema_name = {{schema}} AND table_name = {{target}}
  AND ordinal_position > {{after}} AND ordinal_position <= {{until}}
ORDER BY ordinal_position
