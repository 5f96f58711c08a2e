-- Adds a column at the end of a table unless it is there already: a repeat changes nothing.
-- schema, target, added: literals, names; definition: literal, the column's type and default as DDL writes them.
CALL sluice.add_column({{schema}}, {{target}}, {{added}}, {{definition}})
