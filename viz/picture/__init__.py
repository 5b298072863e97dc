"""Pictures of the policy and of cases, drawn by Graphviz."""
