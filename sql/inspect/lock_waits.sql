-- Who holds or waits for a lock on the tables of a dataset: its target and its lock table.
-- schema, target, lock_schema, lock_table: literals, names. Returns one row with one text of lines (sluice.lock_waits).
CALL sluice.lock_waits({{schema}}, {{target}}, {{lock_schema}}, {{lock_table}}, '')
