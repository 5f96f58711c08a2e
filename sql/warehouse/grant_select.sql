-- Lets the readers read one of Sluice's views.
-- view: table; readers: identifier.
GRANT SELECT ON TABLE {{view}} TO GROUP {{readers}}
