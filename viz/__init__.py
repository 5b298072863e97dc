"""The floor above logic: the dependency graph and its drawings (empty until they are built)."""
