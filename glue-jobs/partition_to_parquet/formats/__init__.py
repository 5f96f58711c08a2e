"""One module a format: the text of a file in, chunks of records out."""
