-- sluice.hand_over: gives a relation exactly the grants of another one of the same owner: what it has beyond them, as by
-- default privileges (J2.6), is revoked, what it lacks is granted. Both must belong to the user of the session.
-- It runs as its owner, the administrator, who alone sees the grants of everybody; grants by an administrator count as the
-- owner's. Raises sluice:WarehouseCheckFailed when one of the two belongs to somebody else.
-- The grants of one relation that the other lacks: {{missing_grants}} and {{missing_column_grants}} are lacking, {{added_grants}} and
-- {{added_column_grants}} too many.
CREATE OR REPLACE PROCEDURE sluice.hand_over(table_schema varchar(128), origin varchar(128), receiver varchar(128))
AS $$
DECLARE
  noted RECORD;
  relations_owned bigint;
  receiver_name varchar(512);
BEGIN
  SELECT COUNT(*) INTO relations_owned
  FROM pg_catalog.pg_class AS c
  INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = table_schema AND c.relname IN (origin, receiver) AND PG_GET_USERBYID(c.relowner) = SESSION_USER;
  IF relations_owned <> 2 THEN
    RAISE EXCEPTION 'sluice:WarehouseCheckFailed: %.% and % do not both belong to the user that loads. Nothing was changed. Run ALTER TABLE %.% OWNER TO that user, then start a new execution of the manifest.',
      table_schema, origin, receiver, table_schema, origin;
  END IF;
  receiver_name := QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(receiver);
  FOR noted IN
    {{added_grants}}
  LOOP
    EXECUTE 'REVOKE ' || noted.privilege_type || ' ON TABLE ' || receiver_name || ' FROM '
      || CASE noted.identity_type WHEN 'public' THEN 'PUBLIC' WHEN 'group' THEN 'GROUP ' WHEN 'role' THEN 'ROLE ' ELSE '' END
      || CASE noted.identity_type WHEN 'public' THEN '' ELSE QUOTE_IDENT(noted.identity_name) END;
  END LOOP;
  FOR noted IN
    {{missing_grants}}
  LOOP
    EXECUTE 'GRANT ' || noted.privilege_type || ' ON TABLE ' || receiver_name || ' TO '
      || CASE noted.identity_type WHEN 'public' THEN 'PUBLIC' WHEN 'group' THEN 'GROUP ' WHEN 'role' THEN 'ROLE ' ELSE '' END
      || CASE noted.identity_type WHEN 'public' THEN '' ELSE QUOTE_IDENT(noted.identity_name) END
      || CASE WHEN noted.may_pass_on = 1 AND noted.identity_type = 'user' THEN ' WITH GRANT OPTION' ELSE '' END;
  END LOOP;
  FOR noted IN
    {{added_column_grants}}
  LOOP
    EXECUTE 'REVOKE ' || noted.privilege_type || ' ("' || noted.column_name || '") ON TABLE ' || receiver_name || ' FROM '
      || CASE noted.identity_type WHEN 'public' THEN 'PUBLIC' WHEN 'group' THEN 'GROUP ' WHEN 'role' THEN 'ROLE ' ELSE '' END
      || CASE noted.identity_type WHEN 'public' THEN '' ELSE QUOTE_IDENT(noted.identity_name) END;
  END LOOP;
  FOR noted IN
    {{missing_column_grants}}
  LOOP
    EXECUTE 'GRANT ' || noted.privilege_type || ' ("' || noted.column_name || '") ON TABLE ' || receiver_name || ' TO '
      || CASE noted.identity_type WHEN 'public' THEN 'PUBLIC' WHEN 'group' THEN 'GROUP ' WHEN 'role' THEN 'ROLE ' ELSE '' END
      || CASE noted.identity_type WHEN 'public' THEN '' ELSE QUOTE_IDENT(noted.identity_name) END;
  END LOOP;
END;
$$ LANGUAGE plpgsql
SECURITY DEFINER
