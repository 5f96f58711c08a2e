-- Makes a bound view again over the table that now has the name, keeping the view, its grants and its comment (C8.8).
-- replaced: table, the view; definition: statement, its query. Returns nothing.
CREATE OR REPLACE VIEW {{replaced}} AS
{{definition}}
