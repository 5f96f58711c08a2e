-- Who holds a lock on a table, for the message of a load that waited for it in vain.
-- schema, target: literals, names; message: literal, what the message begins with. Returns one row with one text.
CALL sluice.lock_holders({{schema}}, {{target}}, {{message}})
