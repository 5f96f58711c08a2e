-- Describes a table.
-- target: table; comment: literal or NULL. Returns nothing.
COMMENT ON TABLE {{target}} IS {{comment}}
