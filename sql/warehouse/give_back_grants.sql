-- sluice.give_back_grants: gives a view that was created again exactly the grants that were noted for it; what default
-- privileges have added is revoked. Without a note the view is new, and keeps what it has. It runs as its owner, the
-- administrator.
CREATE OR REPLACE PROCEDURE sluice.give_back_grants(view_schema varchar(128), kept_view varchar(128))
AS $$
DECLARE
  noted RECORD;
  rows_found bigint;
  view_full varchar(512);
BEGIN
  SELECT COUNT(*) INTO rows_found FROM sluice.kept_grants AS k
  WHERE k.schema_name = view_schema AND k.view_name = kept_view AND k.privilege_type = '';
  IF rows_found = 0 THEN
    RETURN;
  END IF;
  view_full := QUOTE_IDENT(view_schema) || '.' || QUOTE_IDENT(kept_view);
  FOR noted IN
    SELECT
      privilege_type,
      CASE identity_type WHEN 'public' THEN 'PUBLIC' WHEN 'group' THEN 'GROUP ' WHEN 'role' THEN 'ROLE ' ELSE '' END
      || CASE identity_type WHEN 'public' THEN '' ELSE QUOTE_IDENT(identity_name) END AS grantee
    FROM pg_catalog.svv_relation_privileges WHERE namespace_name = view_schema AND relation_name = kept_view
  LOOP
    EXECUTE 'REVOKE ' || noted.privilege_type || ' ON TABLE ' || view_full || ' FROM ' || noted.grantee;
  END LOOP;
  FOR noted IN
    SELECT k.privilege_type, k.grantee, CASE k.may_pass_on WHEN 1 THEN ' WITH GRANT OPTION' ELSE '' END AS pass_on
    FROM sluice.kept_grants AS k
    WHERE k.schema_name = view_schema AND k.view_name = kept_view AND k.privilege_type <> ''
  LOOP
    EXECUTE 'GRANT ' || noted.privilege_type || ' ON TABLE ' || view_full || ' TO ' || noted.grantee || noted.pass_on;
  END LOOP;
  DELETE FROM sluice.kept_grants WHERE schema_name = view_schema AND view_name = kept_view;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
