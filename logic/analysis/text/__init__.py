"""The published text beside the rules: which span states which clause, and what a revision changes.

Enters: the text of whoever has it, and a policy's ``text.toml``, which holds fingerprints and no
wording. Leaves: what is mapped to rules, waived or neither; spans gone, new, reworded, renumbered.
"""
