-- Gives a table another name in its schema. Transactional; its lock is held until the commit (C8.3).
-- renamed: table; name: identifier. Returns nothing.
ALTER TABLE {{renamed}} RENAME TO {{name}}
