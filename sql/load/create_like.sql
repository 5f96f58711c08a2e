-- Creates an empty table like another one: columns, defaults, distribution and sort key (C8.12).
-- made, model: tables. Returns nothing.
CREATE TABLE IF NOT EXISTS {{made}} (LIKE {{model}} INCLUDING DEFAULTS)
