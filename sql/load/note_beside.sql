-- Notes that a revision has a table beside the target, so that it can be dropped if its load never ends.
-- lock: table; place: literal. Returns nothing.
INSERT INTO {{lock}} (place, truncated)
VALUES ({{place}}, 0)
