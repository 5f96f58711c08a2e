-- Adds a column at the end of a table unless it is there already: a repeat changes nothing.
-- schema, target, added: literals, names; definition: literal, the column's type and default as DDL writes them;
-- planned: literal, its type as the catalogue shows it. Raises sluice:SchemaDrift when it is there with another type.
CALL sluice.add_column({{schema}}, {{target}}, {{added}}, {{definition}}, {{planned}})
