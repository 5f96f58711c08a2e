-- Gives a relation exactly the grants of another one of its schema, no more and no fewer.
-- schema, origin, receiver: literals, names. Returns nothing.
CALL sluice.hand_over({{schema}}, {{origin}}, {{receiver}})
