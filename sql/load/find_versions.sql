-- The statements that begin or close a version, each with the time of the next one and the number of the last statement
-- that says the same.
-- versions: table, made here with the key, sluice_from, sluice_is_there, sluice_until, sluice_last; said_keys,
-- every_keys: lists of key columns; valid_from, is_there: columns of said; said, repeats: tables; same_key: condition.
CREATE TEMPORARY TABLE {{versions}} AS
SELECT
  {{every_keys}},
  every.sluice_from,
  every.sluice_is_there,
  LEAD(every.sluice_from) OVER (PARTITION BY {{every_keys}} ORDER BY every.sluice_number) AS sluice_until,
  COALESCE(
    LEAD(every.sluice_number) OVER (PARTITION BY {{every_keys}} ORDER BY every.sluice_number) - 1, every.sluice_count
  ) AS sluice_last
FROM (
  SELECT
    {{said_keys}},
    {{valid_from}} AS sluice_from,
    {{is_there}} AS sluice_is_there,
    said.sluice_number,
    COUNT(*) OVER (PARTITION BY {{said_keys}}) AS sluice_count
  FROM {{said}} AS said
  WHERE said.sluice_number > 0
) AS every
LEFT JOIN {{repeats}} AS repeats ON {{same_key}} AND repeats.sluice_number = every.sluice_number
WHERE repeats.sluice_number IS NULL
