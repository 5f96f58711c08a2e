-- sluice.keep_grants: notes the grants of a view that is about to be dropped and created again. What was noted before and
-- not given back stays: the view was dropped since, or stands there half made. It runs as its owner, the administrator, who
-- alone sees the grants of everybody. Raises sluice:WarehouseCheckFailed for a view that the caller does not own.
CREATE OR REPLACE PROCEDURE sluice.keep_grants(view_schema varchar(128), kept_view varchar(128))
AS $$
DECLARE
  noted RECORD;
  rows_found bigint;
  caller varchar(128);
BEGIN
  caller := SESSION_USER;
  SELECT COUNT(*) INTO rows_found
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = view_schema AND c.relname = kept_view AND PG_GET_USERBYID(c.relowner) <> caller;
  IF rows_found > 0 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: %.% does not belong to %, so it cannot be created again. Run ALTER TABLE %.% OWNER TO %, then start a new execution of the manifest.',
      view_schema, kept_view, caller, view_schema, kept_view, caller;
  END IF;
  SELECT COUNT(*) INTO rows_found FROM sluice.kept_grants AS k
  WHERE k.schema_name = view_schema AND k.view_name = kept_view AND k.privilege_type = '';
  IF rows_found > 0 THEN
    RETURN;
  END IF;
  SELECT COUNT(*) INTO rows_found
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = view_schema AND c.relname = kept_view;
  IF rows_found = 0 THEN
    RETURN;
  END IF;
  FOR noted IN
    SELECT
      privilege_type,
      CASE identity_type WHEN 'public' THEN 'PUBLIC' WHEN 'group' THEN 'GROUP ' WHEN 'role' THEN 'ROLE ' ELSE '' END
      || CASE identity_type WHEN 'public' THEN '' ELSE QUOTE_IDENT(identity_name) END AS grantee,
      CASE WHEN admin_option AND identity_type = 'user' THEN 1 ELSE 0 END AS may_pass_on
    FROM pg_catalog.svv_relation_privileges WHERE namespace_name = view_schema AND relation_name = kept_view
  LOOP
    INSERT INTO sluice.kept_grants (schema_name, view_name, privilege_type, grantee, may_pass_on)
    VALUES (view_schema, kept_view, noted.privilege_type, noted.grantee, noted.may_pass_on);
  END LOOP;
  INSERT INTO sluice.kept_grants (schema_name, view_name, privilege_type, grantee, may_pass_on)
  VALUES (view_schema, kept_view, '', '', 0);
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
