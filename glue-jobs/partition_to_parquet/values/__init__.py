"""One strict rule for each column type: a value in, the typed value out, or BadValue."""
