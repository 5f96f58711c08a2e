-- What stands in the column for what no other column takes, of so many rows that have something.
-- target: table; rescued: identifier; most: number. Returns a text of JSON each.
SELECT JSON_SERIALIZE({{rescued}}) FROM {{target}} WHERE {{rescued}} IS NOT NULL LIMIT {{most}}
