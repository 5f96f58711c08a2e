-- sluice.batch_checks: what the checks of every loaded batch found. Times are UTC.
-- results: the parts, joined by UNION ALL.
CREATE OR REPLACE VIEW sluice.batch_checks AS
{{results}}
