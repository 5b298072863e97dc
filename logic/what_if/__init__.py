"""What would change a determination: facts, documentation, dates, readings and parameters."""
