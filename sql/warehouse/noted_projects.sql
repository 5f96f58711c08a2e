-- The projects that the schema is noted for, the first one first; more than one only where two noted themselves at once.
SELECT name FROM sluice.projects ORDER BY noted_at, name
