-- Puts the versions of the touched keys into the target, each with the values of the last statement that it covers, by
-- column name, or by position where their names have no room (then check_columns follows).
-- target, versions, said: tables; columns: list of names in parentheses, or nothing; values: list; same_key: condition.
INSERT INTO {{target}}{{columns}}
SELECT
  {{values}}
FROM {{versions}} AS version
INNER JOIN {{said}} AS said ON {{same_key}} AND said.sluice_number = version.sluice_last
WHERE version.sluice_is_there
