-- Raises sluice:Unbalanced when the comparison met a key more than once: it stands in the target twice.
-- dataset: literal; fates: literal, the table's quoted name; expected: literal, the staged rows.
CALL sluice.check_fates({{dataset}}, {{fates}}, {{expected}})
