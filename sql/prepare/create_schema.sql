-- Creates the schema of a table when it is missing; whoever creates it owns it.
-- schema: identifier. Returns nothing.
CREATE SCHEMA IF NOT EXISTS {{schema}}
