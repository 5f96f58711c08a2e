"""Runs a Python function of the local account as Lambda does, on this machine's interpreter; see `__main__`."""
