-- The datashares that the target is in: consumers would lose it with a rename (C10.8).
-- target: literal, schema.name. Returns a row each: the name of the share.
SELECT CAST(share_name AS varchar(128)) AS share_name
FROM pg_catalog.svv_datashare_objects
WHERE share_type = 'OUTBOUND' AND object_name = {{target}}
