-- Creates the group of the readers. Left out when group_exists answers.
-- readers: identifier.
CREATE GROUP {{readers}}
