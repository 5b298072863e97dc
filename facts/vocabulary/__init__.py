"""The words of case files, and what standard codes say in them."""
