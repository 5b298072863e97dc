"""The names a case file may use, and what standard codes mean in these names."""
