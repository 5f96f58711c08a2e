-- Gives the table of an earlier version the column that says where a project is deployed.
ALTER TABLE sluice.projects ADD COLUMN deployed_in varchar(64)
