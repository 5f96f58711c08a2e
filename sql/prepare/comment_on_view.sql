-- Describes a view.
-- target: table, the view; comment: literal or NULL. Returns nothing.
COMMENT ON VIEW {{target}} IS {{comment}}
