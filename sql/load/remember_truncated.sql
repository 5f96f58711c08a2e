-- Notes how many rows the TRUNCATE that follows takes out. A repeat of both adds what it finds, which is nothing.
-- lock, target: tables; mark: literal. Returns nothing.
INSERT INTO {{lock}} (place, truncated)
SELECT {{mark}}, COUNT(*) FROM {{target}}
