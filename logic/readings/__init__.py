"""The same record under every combination of readings and of what is undocumented."""
