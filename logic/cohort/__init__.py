"""Audits: every case of a cohort decided in DuckDB or Spark, and what they say together."""
