-- Creates the staging table of this session, column for column as the Parquet files have them: COPY goes by position (C1.3).
-- staging: table; columns: list of definitions; distribution: clause. Returns nothing.
CREATE TEMPORARY TABLE {{staging}} (
  {{columns}}
)
{{distribution}}
