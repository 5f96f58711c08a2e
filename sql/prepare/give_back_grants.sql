-- Gives a view that was created again the grants that were noted for it.
-- schema, view: literals, names. Returns nothing.
CALL sluice.give_back_grants({{schema}}, {{view}})
