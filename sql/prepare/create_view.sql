-- Creates or replaces the view of an aggregate; what the contract's file says below the name.
-- view: table; definition: statement, the query. Returns nothing.
CREATE OR REPLACE VIEW {{view}} AS
{{definition}}
