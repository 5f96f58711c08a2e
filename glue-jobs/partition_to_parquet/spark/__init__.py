"""Spark as the place where tasks run and SQL is evaluated: what only the Glue job has. Nothing else imports pyspark."""
