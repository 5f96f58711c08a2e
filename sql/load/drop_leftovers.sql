-- Drops the tables beside the target of older revisions, whose loads this one supersedes.
-- dataset, schema, prefix, place: literals; a table's name is the prefix and 12 hex characters of its place's hash.
CALL sluice.drop_leftovers({{dataset}}, {{schema}}, {{prefix}}, {{place}})
