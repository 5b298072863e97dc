"""An independent oracle of the policy: what the clauses mean, in plain procedural Python.

It reads a case as YAML or JSON gives it, shares nothing with the rules, and is what they are
compared with. How it decides places that the semantics leaves open stands in
``docs/semantics-decisions.md``.
"""
