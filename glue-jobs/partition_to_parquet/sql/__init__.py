"""The contract's SQL without Spark: the part of Spark SQL whose meaning is proven the same here, over whole columns at once.

Whatever is not on the list is declined with a reason and left to Spark; `bench sql` and test/glue-jobs/test_sql.py compare the two.
Meaning is Spark 4.1's with ANSI rules, the session's zone UTC, `spark.sql.decimalOperations.allowPrecisionLoss` false, and
an evaluation in the order of the text (`spark/settings.py`).
"""
