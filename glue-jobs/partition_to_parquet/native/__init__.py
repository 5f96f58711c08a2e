"""Values that come with a type of their own: what fits into which column, and how."""
