-- The grants of a view that is dropped and created again, from before the one until after the other; a row without a
-- privilege says that they are complete.
CREATE TABLE IF NOT EXISTS sluice.kept_grants (
  schema_name varchar(128) NOT NULL,
  view_name varchar(128) NOT NULL,
  privilege_type varchar(64) NOT NULL,
  grantee varchar(256) NOT NULL,
  may_pass_on smallint NOT NULL
)
DISTSTYLE ALL
