-- Takes out what an earlier revision of this batch had put into the target.
-- target: table; batch: literal, a LIKE pattern over the places of the batch. Returns nothing.
DELETE FROM {{target}}
WHERE sluice_batch LIKE {{batch}}
