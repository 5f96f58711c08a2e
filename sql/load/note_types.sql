-- Notes which columns and types the target has now. Nobody alters it from here to the end of the transaction; and where
-- somebody was about to, this waits and sees what has come of it, which no query of the catalogue does: that shows what was
-- there when the transaction began.
-- noted: table, made here without rows; target: table. Returns nothing.
CREATE TEMPORARY TABLE {{noted}} AS SELECT * FROM {{target}} WHERE FALSE
