"""Two policies, or two revisions of one, over the same records.

Enter: two programs that have a path for the same procedure. Leaves: whether one is stricter, and
for each pair of determinations the nearest record, or that none exists.
"""
