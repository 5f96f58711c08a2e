-- How many rows the seven batches before this one wrote, on average; NULL when there are none; a part of check_batch.
-- ledger: table; batch_id, place: literals.
(
  SELECT AVG(CAST(written AS double precision))
  FROM (
    SELECT written, ROW_NUMBER() OVER (ORDER BY place DESC) AS nearest
    FROM (
      SELECT written, place, ROW_NUMBER() OVER (PARTITION BY batch_id ORDER BY revision DESC) AS newest
      FROM {{ledger}}
      WHERE batch_id <> {{batch_id}} AND place < {{place}} AND revision NOT LIKE '%.r%'
    ) AS revisions
    WHERE newest = 1
  ) AS batches
  WHERE nearest <= 7
)
