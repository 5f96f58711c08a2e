-- Brings a materialized view up to date. A statement by itself: nobody says that a batch may hold it (C10.7).
-- refreshed: table, the materialized view. Returns nothing.
REFRESH MATERIALIZED VIEW {{refreshed}}
