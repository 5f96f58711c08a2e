-- The whole table, for a test case to compare.
-- selected: list of columns; target: table. Returns the rows, in no order.
SELECT {{selected}} FROM {{target}}
