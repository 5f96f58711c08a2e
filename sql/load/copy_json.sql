-- Copies the JSON lines of one run into the staging table: the members of each line are its columns (C1.14, J2.2). Without
-- a text of its own for NULL a value \N would be taken for it.
-- staging: table; copy_manifest: literal, s3:// URI; role: literal, ARN of the cluster's role; null_text: literal, a text that no
-- file has. Returns nothing.
COPY {{staging}}
FROM {{copy_manifest}}
IAM_ROLE {{role}}
FORMAT AS JSON 'auto'
MANIFEST
COMPUPDATE OFF
DATEFORMAT 'auto'
TIMEFORMAT 'auto'
NULL AS {{null_text}}
