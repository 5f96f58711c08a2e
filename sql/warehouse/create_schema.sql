-- The schema of Sluice's own tables, procedures and views.
-- schema: name.
CREATE SCHEMA IF NOT EXISTS {{schema}}
