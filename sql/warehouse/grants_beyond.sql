-- What a procedure compares of grants: those on the relation {{one}} that {{other}} does not have, both in table_schema.
SELECT privilege_type, identity_type, identity_name, CASE WHEN admin_option THEN 1 ELSE 0 END AS may_pass_on
FROM pg_catalog.svv_relation_privileges WHERE namespace_name = table_schema AND relation_name = {{one}}
EXCEPT
SELECT privilege_type, identity_type, identity_name, CASE WHEN admin_option THEN 1 ELSE 0 END AS may_pass_on
FROM pg_catalog.svv_relation_privileges WHERE namespace_name = table_schema AND relation_name = {{other}}
