-- Counts the rows of a batch whose place replayed ones take.
-- counts, target, staging: tables; place: literal, that of the batch; same_key: condition. Returns nothing.
UPDATE {{counts}}
SET removed = (
  SELECT COUNT(*)
  FROM {{target}}
  WHERE sluice_batch = {{place}} AND EXISTS (SELECT 1 FROM {{staging}} AS staged WHERE {{same_key}})
)
