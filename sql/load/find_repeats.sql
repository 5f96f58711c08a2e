-- The statements that may say the same as the one before them: neither is a deletion. Those that do not are taken out again
-- (compare_repeats).
-- repeats: table, made here with the key and sluice_number; keys: list of columns of later; said: table; same_key: condition;
-- is_there, was_there: columns of later and earlier.
CREATE TEMPORARY TABLE {{repeats}} AS
SELECT
  {{keys}},
  later.sluice_number
FROM {{said}} AS later
INNER JOIN {{said}} AS earlier ON {{same_key}} AND earlier.sluice_number = later.sluice_number - 1
WHERE earlier.sluice_number > 0 AND {{is_there}} AND {{was_there}}
