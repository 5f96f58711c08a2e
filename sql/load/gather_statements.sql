-- All that was said of the touched keys, by whatever batch. Of several statements with one key and time the greatest place
-- counts; sluice_number counts those of a key in order from 1, and is 0 for one that lost.
-- said: table, made here with the statements' columns and sluice_number; columns: list of names in parentheses, or nothing
-- where they keep their own; keys: list of columns of said; valid_from: column; statements, touched: tables;
-- same_key: condition.
CREATE TEMPORARY TABLE {{said}}{{columns}} AS
SELECT
  said.*,
  CASE
    WHEN ROW_NUMBER() OVER (PARTITION BY {{keys}}, {{valid_from}} ORDER BY said.sluice_batch DESC) = 1
      THEN DENSE_RANK() OVER (PARTITION BY {{keys}} ORDER BY {{valid_from}})
    ELSE 0
  END AS sluice_number
FROM {{statements}} AS said
WHERE EXISTS (SELECT 1 FROM {{touched}} AS touched WHERE {{same_key}})
