-- Makes the views again that are bound to the table that a growth has left aside, over the one that has its name now.
-- schema, target, aside: literals, names. Returns nothing.
CALL sluice.follow_views({{schema}}, {{target}}, {{aside}})
