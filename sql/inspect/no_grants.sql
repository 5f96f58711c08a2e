-- Stands in the place of grants where the table itself stays, and with it what others may do.
-- Returns one row with an empty text.
SELECT CAST('' AS varchar(1)) AS found_grants
