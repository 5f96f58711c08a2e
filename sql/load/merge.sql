-- Puts the staged rows that count into the target. No alias on the target, both branches (C6.1, C6.2); the source has
-- each key once, or the check before would have raised (C6.4).
-- target, staging, fates: tables; values: list of staged expressions with their names; staged_key, same_key:
-- conditions; counted: list of fates; assignments, columns, incoming: lists. Returns nothing.
MERGE INTO {{target}}
USING (
  SELECT
    {{values}}
  FROM {{staging}} AS staged
  INNER JOIN {{fates}} AS fate ON {{staged_key}}
  WHERE fate.sluice_fate IN ({{counted}})
) AS incoming
ON {{same_key}}
WHEN MATCHED THEN UPDATE SET {{assignments}}
WHEN NOT MATCHED THEN INSERT ({{columns}}) VALUES ({{incoming}})
