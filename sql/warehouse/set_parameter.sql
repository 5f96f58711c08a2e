-- What every session of a user begins with; statements that are sent one at a time have no other way to set it.
-- user: identifier; parameter: name; value: literal.
ALTER USER {{user}} SET {{parameter}} TO {{value}}
