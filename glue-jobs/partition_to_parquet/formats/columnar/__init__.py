"""What formats with a schema of their own have in common."""
