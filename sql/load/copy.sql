-- Copies exactly the files of one Glue run into the staging table (C1.10, C2.2).
-- staging: table; copy_manifest: literal, s3:// URI; role: literal, ARN of the cluster's role. Returns nothing.
COPY {{staging}}
FROM {{copy_manifest}}
IAM_ROLE {{role}}
FORMAT AS PARQUET
MANIFEST
