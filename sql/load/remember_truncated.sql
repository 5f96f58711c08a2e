-- Notes how many rows the TRUNCATE that follows takes out. A repeat of both adds what it finds, which is nothing.
-- lock, target: tables; place: literal. Returns nothing.
INSERT INTO {{lock}} (place, truncated)
SELECT {{place}}, COUNT(*) FROM {{target}}
