"""Audits: every case of a cohort decided in DuckDB or Spark, and what they say together."""

SAMPLE = 200
"""Lines of an audit that pyDatalog decides as well, unless a number is given."""
