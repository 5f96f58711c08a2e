-- Gives a column its new name, unless it has it by now.
-- schema, target, old_name, new_name: literals, names. Returns nothing.
CALL sluice.rename_column({{schema}}, {{target}}, {{old_name}}, {{new_name}})
