-- Drops the table of a dataset between two test cases, with the views on it. Only ever in a local account.
-- dropped: table. Returns nothing.
DROP TABLE IF EXISTS {{dropped}} CASCADE
