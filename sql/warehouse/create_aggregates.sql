-- From which definition each materialized aggregate was made: a materialized view cannot bear the mark of its file itself.
CREATE TABLE IF NOT EXISTS sluice.aggregates (
  schema_name varchar(128) NOT NULL,
  view_name varchar(128) NOT NULL,
  definition varchar(64) NOT NULL
)
DISTSTYLE ALL
