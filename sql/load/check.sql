-- Raises sluice:WarehouseCheckFailed unless the table has the expected rows, no NULL in a key and no key twice.
-- staged: literal, the table's quoted name; expected: literal, rows; key_columns: literal, quoted names or '';
-- key_is_null: literal, a condition or ''.
CALL sluice.check({{staged}}, {{expected}}, {{key_columns}}, {{key_is_null}})
