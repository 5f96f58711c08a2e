-- What earlier revisions of the batch have said: it takes their place.
-- A batch that was never loaded has said nothing: then nobody has to look through the statements.
-- withdrawn: table, made here with the key and sluice_from; keys: list of columns of said; valid_from: column; statements,
-- ledger: tables; batch: literal, a LIKE pattern over the places of the batch; batch_id: literal.
CREATE TEMPORARY TABLE {{withdrawn}} AS
SELECT
  {{keys}},
  {{valid_from}} AS sluice_from
FROM {{statements}} AS said
WHERE said.sluice_batch LIKE {{batch}}
  AND EXISTS (SELECT 1 FROM {{ledger}} AS loaded WHERE loaded.batch_id = {{batch_id}})
