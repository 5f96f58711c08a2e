-- Asks one check of the batch and notes the answer: NULL passes.
-- results: table; name, severity, batch_id, revision: literals; passed: a condition over aggregates; found: a text;
-- rows: a query or table whose rows they are over.
INSERT INTO {{results}} (name, batch_id, revision, severity, passed, found, checked_at)
SELECT {{name}}, {{batch_id}}, {{revision}}, {{severity}}, COALESCE({{passed}}, TRUE), {{found}}, GETDATE()
FROM {{rows}}
