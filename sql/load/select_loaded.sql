-- Which revisions of some batches the ledger has, for a scheduled run.
-- ledger: table; batches, versions: lists of literals. Returns one column: batch_id, a slash, manifest_version.
SELECT DISTINCT batch_id || '/' || manifest_version AS revision
FROM {{ledger}}
WHERE batch_id IN ({{batches}}) AND manifest_version IN ({{versions}})
