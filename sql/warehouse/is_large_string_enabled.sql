-- Whether the warehouse takes texts of more than 65,535 bytes inside SUPER (J2.2). Returns a row of one boolean.
SELECT is_large_string_enabled()
