-- Notes where the project is deployed whose the schema is. The first one stays: of two at the same time the second changes nothing.
-- project: literal, its name. deployed_in: literal, account and region.
UPDATE sluice.projects SET deployed_in = {{deployed_in}} WHERE name = {{project}} AND deployed_in IS NULL
