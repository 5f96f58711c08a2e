-- From which definitions the materialized aggregates were made. A query of its own: it reads a table, which no query of the
-- catalogue may (C10.11).
-- named: condition over schema_name and view_name. Returns a row each: schema and name as one text, hash of the definition.
SELECT a.schema_name || '.' || a.view_name AS made_view, a.definition
FROM sluice.aggregates AS a
WHERE {{named}}
