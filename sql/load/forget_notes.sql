-- Clears the notes of this load, of its revision and of all that it supersedes.
-- lock: table; place, mark: literals. Returns nothing.
DELETE FROM {{lock}}
WHERE place <= {{place}} OR place = {{mark}}
