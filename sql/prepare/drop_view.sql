-- Drops the view of an aggregate whose columns may have changed: CREATE OR REPLACE only takes the same columns. Never CASCADE.
-- dropped: table, the view. Returns nothing.
DROP VIEW IF EXISTS {{dropped}}
