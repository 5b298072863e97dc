"""What notebooks show: cards and the what-if panel."""
