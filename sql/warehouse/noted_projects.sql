-- The projects that the schema is noted for, the first one first; more than one only where two noted themselves at once.
-- Returns a row each: name, when it was noted, where it is deployed. Every column, since a table of an earlier version lacks the last.
SELECT * FROM sluice.projects ORDER BY noted_at, name
