-- Whose the schema is: the project whose bootstrap was the first, and the account and region in which it is deployed.
CREATE TABLE IF NOT EXISTS sluice.projects (
  name varchar(64) NOT NULL,
  noted_at timestamp NOT NULL,
  deployed_in varchar(64)
)
DISTSTYLE ALL
