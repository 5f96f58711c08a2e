-- Takes the rows of some fates out of the target.
-- target, fates: tables; same_key: condition; counted: list of fates. Returns nothing.
DELETE FROM {{target}}
USING {{fates}}
WHERE {{same_key}} AND {{fates}}.sluice_fate IN ({{counted}})
