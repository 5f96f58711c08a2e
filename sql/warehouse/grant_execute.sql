-- Lets the loading user call a procedure.
-- procedure: signature; loader: identifier.
GRANT EXECUTE ON PROCEDURE {{procedure}} TO {{loader}}
