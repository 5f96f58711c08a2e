-- A schema that tables or aggregates of the contracts lie in; the loading user owns what it creates there.
-- schema: identifier; loader: identifier.
CREATE SCHEMA IF NOT EXISTS {{schema}} AUTHORIZATION {{loader}}
