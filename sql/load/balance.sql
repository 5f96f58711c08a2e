-- Raises sluice:Unbalanced unless the counts of the ledger row add up, and, for a refresh, the table has the written rows.
-- dataset, batch_id, revision: literals; whole_table: literal, the quoted name of a table that is the batch, or ''.
CALL sluice.balance({{dataset}}, {{batch_id}}, {{revision}}, {{whole_table}})
