"""Runs Glue jobs one after the other in one warm Spark session. Started by the local account; see `__main__`."""
