-- Notes the grants of a view before it is dropped and created again.
-- schema, view: literals, names. Returns nothing.
CALL sluice.keep_grants({{schema}}, {{view}})
