"""The Python functions, one for each command."""
