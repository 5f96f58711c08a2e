-- Drops the tables beside the target of the loads that this one supersedes: their marks come before a text.
-- dataset, schema, prefix, before: literals; a table's name is the prefix and 12 hex characters of its mark's hash.
CALL sluice.drop_leftovers({{dataset}}, {{schema}}, {{prefix}}, {{before}})
