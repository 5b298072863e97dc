"""What a policy proves about itself: its text beside its rules, and its rules over all records.

``text`` compares the rules with the published text. Neither room looks at a single case.
"""
