-- Creates the permanent staging table of one revision, which outlives the transaction. A redrive finds it there.
-- staging: table; columns: list of definitions; distribution: clause. Returns nothing.
CREATE TABLE IF NOT EXISTS {{staging}} (
  {{columns}}
)
{{distribution}}
