-- sluice.reconciliation: the counts of each partition over its loads, and whether they add up.
CREATE OR REPLACE VIEW sluice.reconciliation AS
SELECT
  dataset,
  "partition",
  COUNT(*) AS loads,
  SUM(read) AS read,
  SUM(written) AS written,
  SUM(deduplicated) AS deduplicated,
  SUM(rejected) AS rejected,
  SUM(inserted) AS inserted,
  SUM(updated) AS updated,
  SUM(deleted) AS deleted,
  SUM(outdated) AS outdated,
  SUM(removed) AS removed,
  SUM(read) = SUM(written) + SUM(deduplicated) + SUM(rejected)
    AND SUM(written) = SUM(inserted) + SUM(updated) + SUM(deleted) + SUM(outdated) AS is_balanced,
  MAX(loaded_at) AS last_loaded_at
FROM sluice.loads
GROUP BY dataset, "partition"
