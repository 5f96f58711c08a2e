"""Turns the files of one batch into Parquet, rejected rows and a report, as the batch's contract says."""
