-- The counts of a loaded revision: what a load ends with, and what is asked when the revision was loaded already.
-- ledger: table; batch_id, revision: literals; checked: a text; results: nothing, or a join with what its checks found.
-- Returns the counts read, written, deduplicated, rejected, inserted, updated, deleted, outdated, removed (bigint), checked and
-- execution, which loaded it (varchar): one row, or one a check.
SELECT
  loaded.read, loaded.written, loaded.deduplicated, loaded.rejected, loaded.inserted, loaded.updated, loaded.deleted,
  loaded.outdated, loaded.removed, {{checked}} AS checked, loaded.execution
FROM {{ledger}} AS loaded
{{results}}
WHERE loaded.batch_id = {{batch_id}} AND loaded.revision = {{revision}}
ORDER BY checked
