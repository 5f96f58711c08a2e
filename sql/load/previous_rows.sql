-- How many rows the batch before this one wrote, NULL when there is none; a part of check_batch.
-- ledger: table; batch_id, place: literals.
(
  SELECT written
  FROM {{ledger}}
  WHERE batch_id <> {{batch_id}} AND place < {{place}} AND revision NOT LIKE '%.r%'
  ORDER BY place DESC
  LIMIT 1
)
