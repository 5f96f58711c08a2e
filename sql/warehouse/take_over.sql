-- Notes another deployment of the same project as the one whose the schema is, by a person's word.
-- project: literal, its name. deployed_in: literal, account and region.
UPDATE sluice.projects SET deployed_in = {{deployed_in}} WHERE name = {{project}}
