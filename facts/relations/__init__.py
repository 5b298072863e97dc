"""A case as facts, rows of the input relations, and the way back."""
