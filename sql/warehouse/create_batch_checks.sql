-- What the checks of each revision found, written in the transaction of the load. A truncate writes it when its staging table is
-- filled: sluice.batch_checks shows only what was loaded.
-- results: table.
CREATE TABLE IF NOT EXISTS {{results}} (
  name varchar(64) NOT NULL,
  batch_id varchar(32) NOT NULL,
  revision varchar(40) NOT NULL,
  severity varchar(8) NOT NULL,
  passed boolean NOT NULL,
  found varchar(1000) NOT NULL,
  checked_at timestamp NOT NULL
)
DISTSTYLE ALL
SORTKEY (checked_at)
