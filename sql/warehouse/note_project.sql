-- Notes the project whose the schema is.
-- project: literal, its name.
INSERT INTO sluice.projects (name, noted_at) VALUES ({{project}}, GETDATE())
