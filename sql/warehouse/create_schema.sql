-- The schema of Sluice's own tables, procedures and views.
CREATE SCHEMA IF NOT EXISTS sluice
