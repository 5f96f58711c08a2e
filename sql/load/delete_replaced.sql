-- Takes the rows of a batch away whose place replayed ones take.
-- target, staging: tables; place: literal, that of the batch; same_key: condition. Returns nothing.
DELETE FROM {{target}}
WHERE sluice_batch = {{place}} AND EXISTS (SELECT 1 FROM {{staging}} AS staged WHERE {{same_key}})
