-- Raises sluice:WarehouseCheckFailed when owner, grants or comments of the target and its replacement differ, or a view is left
-- on the table that was put aside.
-- schema, target, previous: literals, names without quotes. Called after the tables were renamed.
CALL sluice.check_swap({{schema}}, {{target}}, {{previous}})
