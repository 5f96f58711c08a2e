-- The one comparison of the batch with the target: decides for each staged key what becomes of it.
-- fates: table, made here with the key and sluice_fate (outdated, deleted, inserted, updated); keys: list of staged key
-- expressions with their names; target_is_newer, is_delete, has_no_live_row, same_key: conditions; staging, target: tables.
CREATE TEMPORARY TABLE {{fates}} AS
SELECT
  {{keys}},
  CAST(
    CASE
      WHEN {{target_is_newer}} THEN 'outdated'
      WHEN {{is_delete}} THEN 'deleted'
      WHEN {{has_no_live_row}} THEN 'inserted'
      ELSE 'updated'
    END AS varchar(8)
  ) AS sluice_fate
FROM {{staging}} AS staged
LEFT JOIN {{target}} AS present ON {{same_key}}
