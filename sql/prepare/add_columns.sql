-- Adds columns at the end, each unless it is there by now.
-- schema, target: literals, names; added: literal, a line per column: name, definition, type as FORMAT_TYPE shows it, parted
-- by '|'. Returns nothing.
CALL sluice.add_columns({{schema}}, {{target}}, {{added}})
