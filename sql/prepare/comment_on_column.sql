-- Describes a column.
-- column: table and column; comment: literal or NULL. Returns nothing.
COMMENT ON COLUMN {{column}} IS {{comment}}
