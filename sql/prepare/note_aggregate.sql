-- Notes from which definition a materialized view was made. Last: only one that is complete bears the mark of its file.
-- schema, view: literals, names; definition: literal, the hash of the file. Returns nothing.
CALL sluice.note_aggregate({{schema}}, {{view}}, {{definition}})
