"""XML: records found by the names of their elements."""
