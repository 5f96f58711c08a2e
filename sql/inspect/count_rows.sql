-- How many rows a table has now.
-- target: table.
-- Returns one row, one number.
SELECT COUNT(*) FROM {{target}}
