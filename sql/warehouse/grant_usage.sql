-- Lets the readers find what they may read in a schema.
-- schema, readers: identifiers.
GRANT USAGE ON SCHEMA {{schema}} TO GROUP {{readers}}
