-- One row a loaded revision, written in the transaction that loads its rows. Times are UTC.
-- ledger: table.
CREATE TABLE IF NOT EXISTS {{ledger}} (
  batch_id varchar(32) NOT NULL,
  "partition" varchar(13) NOT NULL,
  revision varchar(40) NOT NULL,
  place varchar(80) NOT NULL,
  manifest varchar(1200) NOT NULL,
  manifest_version varchar(1024) NOT NULL,
  execution varchar(400) NOT NULL,
  mode varchar(8) NOT NULL,
  read bigint NOT NULL,
  written bigint NOT NULL,
  deduplicated bigint NOT NULL,
  rejected bigint NOT NULL,
  inserted bigint NOT NULL,
  updated bigint NOT NULL,
  deleted bigint NOT NULL,
  outdated bigint NOT NULL,
  removed bigint NOT NULL,
  forced boolean NOT NULL,
  loaded_at timestamp NOT NULL
)
DISTSTYLE ALL
SORTKEY (loaded_at)
