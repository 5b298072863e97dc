"""The tests; the floors have folders of their own."""
