-- Takes rows out of the target inside the transaction, so that readers go on seeing them until the commit (C8.11), and
-- adds to the counts how many they were: the DELETE knows, nothing has to look through the target for that.
-- target, counts: literals, the tables' quoted names; batch: literal, a LIKE pattern over the places of a batch, or ''
-- for all rows. Returns nothing.
CALL sluice.remove_rows({{target}}, {{batch}}, {{counts}})
