-- Whether a group is there. readers: literal, the name. Returns a row when it is.
SELECT groname FROM pg_catalog.pg_group WHERE groname = {{readers}}
