-- Clears the notes of this revision and of all that it supersedes.
-- lock: table; place: literal. Returns nothing.
DELETE FROM {{lock}}
WHERE place <= {{place}}
