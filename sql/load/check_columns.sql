-- Raises sluice:WarehouseCheckFailed unless the columns of a table are these, in this order.
-- schema, target: literals, names; expected: literal, the chained MD5 of the names. Returns nothing.
CALL sluice.check_columns({{schema}}, {{target}}, {{expected}})
