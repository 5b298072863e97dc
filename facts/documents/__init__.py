"""The documents that a case cites, by page, and whether its quotes stand there."""
