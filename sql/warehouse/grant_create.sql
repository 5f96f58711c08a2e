-- Lets the loading user find and create tables in a schema, whoever made the schema.
-- schema, loader: identifiers.
GRANT USAGE, CREATE ON SCHEMA {{schema}} TO {{loader}}
