"""Helpers of the tests: a generator of cases and an independent oracle."""
