-- sluice.check_swap: called when a replacement has taken a table's name and the table stands aside as previous.
-- Raises sluice:WarehouseCheckFailed when owner, grants or comments of the two differ, in either direction, a view is still
-- bound to the table aside, or row or masking policies would be lost: somebody changed them during the load. It sees all of
-- these, whoever made them, because it runs as its owner, the administrator; it changes nothing.
-- The grants of one relation that the other lacks: {{missing_grants}} and {{missing_column_grants}} are lacking, {{added_grants}} and
-- {{added_column_grants}} too many.
CREATE OR REPLACE PROCEDURE sluice.check_swap(
  table_schema varchar(128), target varchar(128), previous varchar(128)
)
AS $$
DECLARE
  rows_found bigint;
BEGIN
  SELECT COUNT(*) INTO rows_found FROM (
    {{missing_grants}}
  ) AS differing;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % grants of %.% are missing on its replacement; somebody changed them while the table was swapped. Nothing was swapped; start a new execution of the manifest.',
      rows_found, table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found FROM (
    {{missing_column_grants}}
  ) AS differing;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % column grants of %.% are missing on its replacement; somebody changed them while the table was swapped. Nothing was swapped; start a new execution of the manifest.',
      rows_found, table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found FROM (
    {{added_grants}}
  ) AS differing;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % grants of %.% are too many on its replacement; somebody changed them while the table was swapped. Nothing was swapped; start a new execution of the manifest.',
      rows_found, table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found FROM (
    {{added_column_grants}}
  ) AS differing;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % column grants of %.% are too many on its replacement; somebody changed them while the table was swapped. Nothing was swapped; start a new execution of the manifest.',
      rows_found, table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found FROM (
    SELECT COALESCE(CAST(a.attname AS varchar(128)), '') AS column_name, CAST(d.description AS varchar(65535)) AS comment_text
    FROM pg_catalog.pg_description AS d
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0
    WHERE n.nspname = table_schema AND c.relkind = 'r' AND c.relname = previous
    EXCEPT
    SELECT COALESCE(CAST(a.attname AS varchar(128)), '') AS column_name, CAST(d.description AS varchar(65535)) AS comment_text
    FROM pg_catalog.pg_description AS d
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0
    WHERE n.nspname = table_schema AND c.relkind = 'r' AND c.relname = target
  ) AS differing;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % comments of %.% are missing on its replacement; somebody changed them while the table was swapped. Nothing was swapped; start a new execution of the manifest.',
      rows_found, table_schema, target;
  END IF;
  -- The access lists themselves, in case the views of the privileges keep something back: an item for each that has any, the
  -- owner aside, whose item is only written once somebody else has one.
  SELECT COUNT(*) INTO rows_found
  FROM (
    SELECT
      PG_GET_USERBYID(c.relowner) AS owner_name,
      LEN(',' || COALESCE(ARRAY_TO_STRING(c.relacl, ','), '')) - LEN(REPLACE(',' || COALESCE(ARRAY_TO_STRING(c.relacl, ','), ''), '=', ''))
      - CASE WHEN POSITION(',' || QUOTE_IDENT(PG_GET_USERBYID(c.relowner)) || '=' IN ',' || COALESCE(ARRAY_TO_STRING(c.relacl, ','), '')) > 0 THEN 1 ELSE 0 END AS items
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = table_schema AND c.relname = previous
  ) AS former
  CROSS JOIN (
    SELECT
      PG_GET_USERBYID(c.relowner) AS owner_name,
      LEN(',' || COALESCE(ARRAY_TO_STRING(c.relacl, ','), '')) - LEN(REPLACE(',' || COALESCE(ARRAY_TO_STRING(c.relacl, ','), ''), '=', ''))
      - CASE WHEN POSITION(',' || QUOTE_IDENT(PG_GET_USERBYID(c.relowner)) || '=' IN ',' || COALESCE(ARRAY_TO_STRING(c.relacl, ','), '')) > 0 THEN 1 ELSE 0 END AS items
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = table_schema AND c.relname = target
  ) AS present
  WHERE former.items <> present.items OR former.owner_name <> present.owner_name;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: the owner of %.% or the number of users, groups and roles with grants on it is not that of its replacement. Nothing was swapped; start a new execution of the manifest, or load it with ''mode: replace'', which keeps the table.',
      table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found
  FROM (
    SELECT polname FROM pg_catalog.svv_rls_attached_policy WHERE relschema = table_schema AND relname = previous
    UNION ALL
    SELECT policy_name FROM pg_catalog.svv_attached_masking_policy WHERE schema_name = table_schema AND table_name = previous
  ) AS policies;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % row or masking policies are attached to %.%, and its replacement would not have them. Nothing was swapped; load it with ''mode: replace'', which keeps the table.',
      rows_found, table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  INNER JOIN pg_catalog.pg_depend AS d ON d.refobjid = c.oid
  INNER JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> c.oid
  WHERE n.nspname = table_schema AND c.relname = previous;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: a view of %.% is still bound to the table that was put aside; it was made while the table was swapped. Nothing was swapped; start a new execution of the manifest.',
      table_schema, target;
  END IF;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
