-- Raises sluice:DependentViews when something depends on the table that a swap would break.
-- schema, target, previous, rule: literals. Returns nothing.
CALL sluice.check_dependents({{schema}}, {{target}}, {{previous}}, {{rule}})
