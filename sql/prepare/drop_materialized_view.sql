-- Clears the way for a materialized view that was not there: Redshift has no CREATE … IF NOT EXISTS for one.
-- dropped: table, the materialized view. Returns nothing.
DROP MATERIALIZED VIEW IF EXISTS {{dropped}}
