-- Widens a VARCHAR. Only outside of a transaction block (C8.4); a repeat sets what is set.
-- target: table; column: identifier; type: the new type. Returns nothing.
ALTER TABLE {{target}} ALTER COLUMN {{column}} TYPE {{type}}
