-- Raises sluice:WarehouseCheckFailed when a grant of the target is missing on its replacement, or a bound view is left
-- on the table that was put aside: somebody changed them after the inspection.
-- schema, target, previous: literals, names without quotes. Called after the tables were renamed.
CALL sluice.check_swap({{schema}}, {{target}}, {{previous}})
