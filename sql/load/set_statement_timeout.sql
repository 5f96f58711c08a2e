-- Bounds every statement of the session, even when nobody is left to cancel it.
-- milliseconds: literal. Returns nothing.
SET statement_timeout TO {{milliseconds}}
