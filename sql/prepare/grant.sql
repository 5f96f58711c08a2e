-- Grants a privilege on a table or view.
-- privilege: key word; granted: table; grantee: PUBLIC, GROUP name, ROLE name or a user; option: clause. Returns nothing.
GRANT {{privilege}} ON TABLE {{granted}} TO {{grantee}} {{option}}
