-- Nobody else needs a procedure.
-- procedure: signature.
REVOKE EXECUTE ON PROCEDURE {{procedure}} FROM PUBLIC
