-- What a procedure compares of grants on columns: those of {{one}} that {{other}} does not have, both in table_schema.
SELECT column_name, privilege_type, identity_type, identity_name
FROM pg_catalog.svv_column_privileges WHERE namespace_name = table_schema AND relation_name = {{one}}
EXCEPT
SELECT column_name, privilege_type, identity_type, identity_name
FROM pg_catalog.svv_column_privileges WHERE namespace_name = table_schema AND relation_name = {{other}}
