"""CSV: records of fields."""
