"""The floor above logic: the dependency graph, pictures, the report and the notebook widget."""
