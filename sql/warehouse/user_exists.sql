-- Whether a user is there. user: literal, the name. Returns a row when it is.
SELECT usename FROM pg_catalog.pg_user WHERE usename = {{user}}
