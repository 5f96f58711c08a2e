-- The keys whose versions the batch may change: those that it has, and those that its earlier revisions had.
-- touched: table, made here with the key; staged_keys: list of staged key expressions with their names; keys: list of
-- columns of withdrawn; staging, withdrawn: tables.
CREATE TEMPORARY TABLE {{touched}} AS
SELECT
  {{staged_keys}}
FROM {{staging}} AS staged
UNION
SELECT
  {{keys}}
FROM {{withdrawn}} AS withdrawn
