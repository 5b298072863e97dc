"""Answers as lines of text and as plain data."""
