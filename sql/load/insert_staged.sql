-- Puts all staged rows into a table, by column name, or by position where
-- their names have no room (then check_columns follows).
-- target, staging: tables; columns: list of names in parentheses, or nothing; values: list. Returns nothing.
INSERT INTO {{target}}{{columns}}
SELECT
  {{values}}
FROM {{staging}} AS staged
