-- What others may do with the target, to be granted on a replacement (C8.10): asked where the table will be another.
-- schema, target: literals, names. Returns one row with one text: a line for each grant (see sluice.read_grants).
CALL sluice.read_grants({{schema}}, {{target}}, '')
