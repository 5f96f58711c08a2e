-- Takes out the ledger row of a revision that is loaded again by force: one row a loaded revision. Those of its replays go
-- too, for what they put in order is decided anew.
-- ledger: table; batch_id, revision: literals; replays: literal, a LIKE pattern over their revisions. Returns nothing.
DELETE FROM {{ledger}}
WHERE batch_id = {{batch_id}} AND (revision = {{revision}} OR revision LIKE {{replays}})
