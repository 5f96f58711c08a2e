-- Gives a table of Sluice's own to the loading user.
-- owned: table; loader: identifier.
ALTER TABLE {{owned}} OWNER TO {{loader}}
