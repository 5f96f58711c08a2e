-- Notes that a load has a permanent staging table, so that it can be dropped if the load never ends.
-- lock: table; mark: literal. Returns nothing.
INSERT INTO {{lock}} (place, truncated)
VALUES ({{mark}}, 0)
