"""A case: what a case file holds, reading and checking it, changing it, writing it."""
