-- Puts all staged rows into a table, by column name.
-- target, staging: tables; columns, values: lists. Returns nothing.
INSERT INTO {{target}} ({{columns}})
SELECT
  {{values}}
FROM {{staging}} AS staged
