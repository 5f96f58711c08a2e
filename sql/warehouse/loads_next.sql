-- sluice.loads as it will be, beside one that has the columns of an earlier version. Left out when has_own_columns answers.
-- ledgers: the parts, joined by UNION ALL.
CREATE OR REPLACE VIEW sluice.loads__next AS
{{ledgers}}
