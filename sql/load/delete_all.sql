-- Empties a table inside the transaction: readers go on seeing the rows until the commit (C8.11).
-- target: table. Returns nothing.
DELETE FROM {{target}}
