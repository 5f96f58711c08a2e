-- Asks whether the values of one column occur in more than one row of the batch and notes the answer, as check_batch does.
-- name, batch_id, revision, severity: literals; results: literal, the quoted name of the table; value: literal, the column's
-- quoted name; rows: literal, a query whose rows they are; told: literal, what follows the number of values.
CALL sluice.check_unique({{name}}, {{batch_id}}, {{revision}}, {{severity}}, {{results}}, {{value}}, {{rows}}, {{told}})
