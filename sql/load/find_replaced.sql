-- What the batch has said of a key and time that a replayed statement says otherwise: that one takes its place.
-- withdrawn: table, made here with the key and sluice_from; keys: list of columns of said; valid_from: column; statements,
-- staging: tables; place: literal, that of the batch; same_statement: condition.
CREATE TEMPORARY TABLE {{withdrawn}} AS
SELECT
  {{keys}},
  {{valid_from}} AS sluice_from
FROM {{statements}} AS said
WHERE said.sluice_batch = {{place}} AND EXISTS (SELECT 1 FROM {{staging}} AS staged WHERE {{same_statement}})
