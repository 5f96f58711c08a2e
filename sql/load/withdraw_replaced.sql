-- Takes the statements away that replayed ones replace.
-- statements, staging: tables; place: literal, that of the batch; same_statement: condition. Returns nothing.
DELETE FROM {{statements}}
WHERE sluice_batch = {{place}} AND EXISTS (SELECT 1 FROM {{staging}} AS staged WHERE {{same_statement}})
