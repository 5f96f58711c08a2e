-- How large a table is; no row for one that is empty or not there. Shown to superusers only, and to those who were granted it.
-- schema, name: literals. Returns megabytes and rows.
SELECT size, tbl_rows FROM svv_table_info WHERE "schema" = {{schema}} AND "table" = {{name}}
