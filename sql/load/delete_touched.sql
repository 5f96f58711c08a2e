-- Takes the versions of the touched keys out of the target.
-- target, touched: tables; same_key: condition. Returns nothing.
DELETE FROM {{target}}
USING {{touched}}
WHERE {{same_key}}
