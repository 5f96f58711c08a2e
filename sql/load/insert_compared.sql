-- Puts the staged rows of some fates into the target, by column name.
-- target, staging, fates: tables; columns, values: lists; staged_key: condition; counted: list of fates.
INSERT INTO {{target}} ({{columns}})
SELECT
  {{values}}
FROM {{staging}} AS staged
INNER JOIN {{fates}} AS fate ON {{staged_key}}
WHERE fate.sluice_fate IN ({{counted}})
