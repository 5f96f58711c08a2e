-- Waits for the one lock that a change of the table needs, for as long as the statement timeout allows: whoever reads the
-- table meanwhile is waited for, and whoever comes later waits behind this. Redshift has no lock timeout of its own.
-- target: table. Returns nothing.
LOCK TABLE {{target}}
