-- sluice.copy_comments: puts the comments of a table or view and of its columns on another one of the schema, column by name.
CREATE OR REPLACE PROCEDURE sluice.copy_comments(table_schema varchar(128), origin varchar(128), receiver varchar(128))
AS $$
DECLARE
  noted RECORD;
  receiver_name varchar(512);
BEGIN
  receiver_name := QUOTE_IDENT(table_schema) || '.' || QUOTE_IDENT(receiver);
  FOR noted IN
    SELECT d.objsubid AS column_number, a.attname AS column_name, d.description AS comment_text, c.relkind AS relation_kind
    FROM pg_catalog.pg_description AS d
    INNER JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0
    WHERE n.nspname = table_schema AND c.relname = origin AND c.relkind IN ('r', 'v')
  LOOP
    IF noted.column_number = 0 AND noted.relation_kind = 'v' THEN
      EXECUTE 'COMMENT ON VIEW ' || receiver_name || ' IS ' || QUOTE_LITERAL(noted.comment_text);
    ELSIF noted.column_number = 0 THEN
      EXECUTE 'COMMENT ON TABLE ' || receiver_name || ' IS ' || QUOTE_LITERAL(noted.comment_text);
    ELSE
      EXECUTE 'COMMENT ON COLUMN ' || receiver_name || '."' || noted.column_name || '" IS '
        || QUOTE_LITERAL(noted.comment_text);
    END IF;
  END LOOP;
END;
$$ LANGUAGE plpgsql
