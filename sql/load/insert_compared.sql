-- Puts the staged rows of some fates into the target, by column name, or by position where
-- their names have no room (then check_columns follows).
-- target, staging, fates: tables; columns: list of names in parentheses, or nothing; values: list; staged_key: condition; counted: list of fates.
INSERT INTO {{target}}{{columns}}
SELECT
  {{values}}
FROM {{staging}} AS staged
INNER JOIN {{fates}} AS fate ON {{staged_key}}
WHERE fate.sluice_fate IN ({{counted}})
