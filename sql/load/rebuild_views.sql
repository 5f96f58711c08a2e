-- Rebuilds the views that are bound to the table that stands aside over the table that now has the name.
-- schema, aside, target: literals, names. Returns nothing. Called between the renames.
CALL sluice.rebuild_views({{schema}}, {{aside}}, {{target}})
