"""From the facts of a case to a determination for each service line."""
