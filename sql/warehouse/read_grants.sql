-- sluice.read_grants: what others may do with a table, so that a replacement can be given the same (C8.10). The catalogue
-- shows the grants of others to an administrator only, as which this runs; it changes nothing.
-- found_grants comes in as '' and goes out with a line for each grant: column ('' for the table), privilege, identity type (user,
-- group, role, public), 1 or 0 for may be passed on, identity name, parted by '|'.
CREATE OR REPLACE PROCEDURE sluice.read_grants(
  table_schema varchar(128), target varchar(128), INOUT found_grants varchar(65535)
)
AS $$
DECLARE
  noted RECORD;
BEGIN
  FOR noted IN
    SELECT privilege_type, identity_type, identity_name, CASE WHEN admin_option THEN '1' ELSE '0' END AS may_pass_on
    FROM pg_catalog.svv_relation_privileges
    WHERE namespace_name = table_schema AND relation_name = target
    ORDER BY 1, 2, 3
  LOOP
    found_grants := found_grants || '|' || noted.privilege_type || '|' || noted.identity_type || '|' || noted.may_pass_on
      || '|' || noted.identity_name || CHR(10);
  END LOOP;
  FOR noted IN
    SELECT column_name, privilege_type, identity_type, identity_name
    FROM pg_catalog.svv_column_privileges
    WHERE namespace_name = table_schema AND relation_name = target
    ORDER BY 1, 2, 3, 4
  LOOP
    found_grants := found_grants || noted.column_name || '|' || noted.privilege_type || '|' || noted.identity_type || '|0|'
      || noted.identity_name || CHR(10);
  END LOOP;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
