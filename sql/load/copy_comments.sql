-- Puts the comments of a table and its columns on another, as they are now.
-- schema, origin, receiver: literals, names. Returns nothing.
CALL sluice.copy_comments({{schema}}, {{origin}}, {{receiver}})
