-- Takes the versions of the touched keys out of the target. EXISTS, and no USING: a key may stand twice among the touched, in
-- texts with other blanks at the end, and whoever plans the join knows that it only asks whether there is one.
-- target, touched: tables; same_key: condition. Returns nothing.
DELETE FROM {{target}}
WHERE EXISTS (SELECT 1 FROM {{touched}} AS touched WHERE {{same_key}})
