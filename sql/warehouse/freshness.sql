-- sluice.freshness: how far each dataset has come, and when.
CREATE OR REPLACE VIEW sluice.freshness AS
SELECT
  dataset,
  MAX("partition") AS newest_partition,
  MAX(place) AS newest_place,
  MAX(loaded_at) AS last_loaded_at,
  DATEDIFF(minute, MAX(loaded_at), GETDATE()) AS minutes_since,
  COUNT(*) AS loads
FROM sluice.loads
GROUP BY dataset
