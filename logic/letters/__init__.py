"""What a letter about a determination says."""
