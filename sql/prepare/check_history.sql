-- Raises sluice:SchemaDrift when the table has rows of which nobody noted what was said.
-- schema, target, statements: literals, names. Returns nothing.
CALL sluice.check_history({{schema}}, {{target}}, {{statements}})
