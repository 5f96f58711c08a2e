-- What earlier revisions of the batch have said: it takes their place.
-- withdrawn: table, made here with the key and sluice_from; keys: list of columns of said; valid_from: column; statements: table;
-- batch: literal, a LIKE pattern over the places of the batch.
CREATE TEMPORARY TABLE {{withdrawn}} AS
SELECT
  {{keys}},
  {{valid_from}} AS sluice_from
FROM {{statements}} AS said
WHERE said.sluice_batch LIKE {{batch}}
