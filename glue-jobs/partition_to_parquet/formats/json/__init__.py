"""JSON: lines, documents, concatenated values."""
