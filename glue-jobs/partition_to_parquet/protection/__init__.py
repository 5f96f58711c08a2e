"""Protected columns (`protect:`): what is written in place of their values, and how nothing else of a record is shown."""
