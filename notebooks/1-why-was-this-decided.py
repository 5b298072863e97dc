# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 · Why was this decided?
#
# Medical policy MM-1508 (Sacroiliac Joint Fusion) is a logic program here: every clause is a rule
# over the facts of a case. A determination therefore comes with its proof. This notebook looks at
# three fictional cases: a denial, an approval, and a request that cannot be decided yet.
#
# Nothing has to be known about the program. Run the cells from top to bottom.

# %%
from pathlib import Path

import clausewise as cw

CASES = Path("../facts/cases")

# %% [markdown]
# ## A denial
#
# A case is a file with what the record says, each entry with the place where it was read. What is
# not listed is *undocumented*; it is never taken as a "no".

# %%
case = cw.load(CASES / "pa-1003.yaml")
case

# %% [markdown]
# Deciding it gives a determination for each side of the body that was asked for. The decision shows
# itself as a tree of clauses; what decided is unfolded, the rest can be unfolded.

# %%
decision = case.decide()
decision

# %% [markdown]
# The same as a picture: only what the determination rests on is lit. Red with × is not met; the
# line from the top leads through the gates to the clause that decided.

# %%
decision.graph(why=True)

# %% [markdown]
# **Why not?** Every clause in the way of an approval, with the rule that came closest and the
# number that failed. Each gap has a code from a short list, so that gaps can be counted.

# %%
case.why_not()

# %% [markdown]
# **What would have changed it?** The smallest changes, each tried by deciding again. A change is
# obtainable from the record, future care, or not changeable.

# %%
case.flip(size=1)

# %% [markdown]
# ## An approval
#
# An approval rests on facts too. These are the ones it depends on: take one away and it ends.

# %%
approved = cw.load(CASES / "pa-1001.yaml")
approved.decide().determination

# %%
approved.depends_on()

# %% [markdown]
# Time alone can end it: imaging and therapy grow old. On which days of receipt would the same record
# have been approved?

# %%
approved.when(days=365)

# %% [markdown]
# ## A request that cannot be decided yet
#
# Where the record is silent, the policy is neither met nor not met. The missing documentation is
# found by reasoning backwards over the rules; every alternative was tried and none asks too much.

# %%
pended = cw.load(CASES / "pa-1002.yaml")
pended.decide().graph(why=True)

# %%
pended.missing()

# %% [markdown]
# ## For the file
#
# `case.report("report.html")` writes one self-contained page with all of this and the proof
# certificate. The certificate can be checked by a program that does not use the rule engine.

# %%
len(case.report()) > 100_000
