-- Why a COPY of a run's files failed (C4.2); a user sees the errors of their own loads. Not every failure of Parquet is
-- noted there (C4.4).
-- folder: literal, s3:// URI of the run's folder. Returns at most 3 rows of one text, newest first.
SELECT TRIM(error_message)
  || CASE WHEN COALESCE(TRIM(column_name), '') = '' THEN '' ELSE ', column ' || TRIM(column_name) || ' ' || COALESCE(TRIM(column_type), '') END
  || ', in ' || TRIM(file_name)
FROM sys_load_error_detail
WHERE POSITION({{folder}} IN file_name) = 1
ORDER BY start_time DESC
LIMIT 3
