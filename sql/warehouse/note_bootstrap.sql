-- Notes in the comment of sluice.projects how far the last bootstrap came: that it began, or what it made when it ended. A comment
-- goes with its table, so a schema that was dropped has none.
-- note: literal.
COMMENT ON TABLE sluice.projects IS {{note}}
