-- Drops a table of Sluice's own. Never CASCADE: what depends on it must not vanish (C8.7).
-- dropped: table. Returns nothing.
DROP TABLE IF EXISTS {{dropped}}
