"""Benchmark scripts: they print what they measure and assert nothing."""
