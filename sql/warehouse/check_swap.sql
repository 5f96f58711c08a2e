-- sluice.check_swap: called when a replacement has taken a table's name and the table stands aside as previous.
-- Raises sluice:WarehouseCheckFailed when a grant of the one is missing on the other, or a view is still bound to the
-- table aside (somebody changed them since the target was inspected), or row or masking policies would be lost. It sees
-- all of these, whoever made them, because it runs as its owner, the administrator; it changes nothing.
CREATE OR REPLACE PROCEDURE sluice.check_swap(
  table_schema varchar(128), target varchar(128), previous varchar(128)
)
AS $$
DECLARE
  rows_found bigint;
BEGIN
  SELECT COUNT(*) INTO rows_found
  FROM (
    SELECT privilege_type, identity_type, identity_name
    FROM pg_catalog.svv_relation_privileges
    WHERE namespace_name = table_schema AND relation_name = previous
    EXCEPT
    SELECT privilege_type, identity_type, identity_name
    FROM pg_catalog.svv_relation_privileges
    WHERE namespace_name = table_schema AND relation_name = target
  ) AS missing;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % grants of %.% are missing on its replacement; they were made after the load was planned, or the loading user cannot see them. Nothing was swapped; start a new execution of the manifest.',
      rows_found, table_schema, target;
  END IF;
  -- The access list itself, in case the view of the privileges keeps something back: an item for each that has any.
  SELECT COUNT(*) INTO rows_found
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_class AS successor ON successor.relnamespace = c.relnamespace AND successor.relname = target
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = table_schema AND c.relname = previous
    AND LEN(REPLACE(COALESCE(ARRAY_TO_STRING(c.relacl, ','), ''), '=', '')) - LEN(COALESCE(ARRAY_TO_STRING(c.relacl, ','), ''))
      < LEN(REPLACE(COALESCE(ARRAY_TO_STRING(successor.relacl, ','), ''), '=', '')) - LEN(COALESCE(ARRAY_TO_STRING(successor.relacl, ','), ''));
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: more users, groups or roles have grants on %.% than on its replacement. Nothing was swapped; start a new execution of the manifest, or load it by mode replace, which keeps the table.',
      table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found
  FROM (
    SELECT polname FROM pg_catalog.svv_rls_attached_policy WHERE relschema = table_schema AND relname = previous
    UNION ALL
    SELECT policy_name FROM pg_catalog.svv_attached_masking_policy WHERE schema_name = table_schema AND table_name = previous
  ) AS policies;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: % row or masking policies are attached to %.%, and its replacement would be without them. Nothing was swapped; load it by mode replace, which keeps the table.',
      rows_found, table_schema, target;
  END IF;
  SELECT COUNT(*) INTO rows_found
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  INNER JOIN pg_catalog.pg_depend AS d ON d.refobjid = c.oid
  INNER JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> c.oid
  WHERE n.nspname = table_schema AND c.relname = previous;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: a view of %.% is still bound to the table that was put aside; it was made after the load was planned. Nothing was swapped; start a new execution of the manifest.',
      table_schema, target;
  END IF;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
