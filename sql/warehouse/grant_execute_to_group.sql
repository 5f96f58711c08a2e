-- Lets the readers call a procedure.
-- procedure: signature; readers: identifier.
GRANT EXECUTE ON PROCEDURE {{procedure}} TO GROUP {{readers}}
