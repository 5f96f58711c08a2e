-- Raises sluice:SchemaDrift unless the noted columns have the types that the load was planned for; drops the note.
-- noted: literal, the table of note_types; shown: literal, the target's name; expected: literal, the planned columns, a line each of name, tab and type; columns: number of them. Returns nothing.
CALL sluice.check_types({{noted}}, {{shown}}, {{expected}}, {{columns}})
