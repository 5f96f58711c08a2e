"""The part of Glue's own library that plain PySpark jobs use: `awsglue.utils.getResolvedOptions`."""
