-- Raises sluice:SchemaDrift when a column has more room by now than it is about to get. Comes right before widen_column.
-- schema, target, widened: literals, names; planned: literal, bytes.
CALL sluice.check_width({{schema}}, {{target}}, {{widened}}, {{planned}})
