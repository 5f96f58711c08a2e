-- The published files of a source, as Spectrum reads them through the Data Catalog.
-- schema: identifier; database, region, role: literals.
CREATE EXTERNAL SCHEMA IF NOT EXISTS {{schema}}
FROM DATA CATALOG
DATABASE {{database}}
REGION {{region}}
IAM_ROLE {{role}}
