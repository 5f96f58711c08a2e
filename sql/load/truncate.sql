-- Empties the table at once. It commits what came before it in the batch and cannot be rolled back (C8.1), so that it is
-- the last statement of its step.
-- target: table. Returns nothing.
TRUNCATE TABLE {{target}}
