-- Puts a user into the group of the readers. A user that is in it stays in it.
-- readers, reader: identifiers.
ALTER GROUP {{readers}} ADD USER {{reader}}
