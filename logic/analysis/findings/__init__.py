"""What a policy says of itself: reasons, redundancies, contradictions, its register weighed.

Enters: a program. Leaves: findings about all records of the symbolic record of each path. Each has
a witness, a record that the ordinary engine was asked about, or says that the space holds none.
"""
