-- Copies a table into its replacement, which has wider types, and lets that take its name. The table must be locked
-- exclusively, before anything else of the transaction.
-- schema, target, replacement, aside: literals, names; grown: literal, a line per column: name, type before, type after, parted
-- by tabs. Returns nothing.
CALL sluice.grow_table({{schema}}, {{target}}, {{replacement}}, {{aside}}, {{grown}})
