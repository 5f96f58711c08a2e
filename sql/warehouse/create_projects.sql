-- Whose the schema is: the project whose bootstrap was the first.
CREATE TABLE IF NOT EXISTS sluice.projects (
  name varchar(64) NOT NULL,
  noted_at timestamp NOT NULL
)
DISTSTYLE ALL
