-- sluice.loads: every loaded revision of every dataset. It reads the ledgers alone, which no load ever locks for readers.
-- ledgers: the parts, joined by UNION ALL.
CREATE OR REPLACE VIEW sluice.loads AS
{{ledgers}}
