-- A table to lock: one load of a dataset at a time. It also remembers what a TRUNCATE took out until its load is done.
-- lock: table.
CREATE TABLE IF NOT EXISTS {{lock}} (
  place varchar(80) NOT NULL,
  truncated bigint NOT NULL
)
DISTSTYLE ALL
