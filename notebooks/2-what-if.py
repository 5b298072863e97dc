# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · What if the facts were different?
#
# Everything that a determination depends on is a fact: findings, dates, numbers, readings of the
# text, parameters of the policy. So each of them can be changed, to see what difference it makes. A
# what-if makes a new case; the old one stays as it is.

# %%
from pathlib import Path

import clausewise as cw

CASES = Path("../facts/cases")
case = cw.load(CASES / "pa-1003.yaml")
case.decide().determination

# %% [markdown]
# ## By hand
#
# One injection brought 49 % relief. What if it had been 50 %? Places are named as in the case file;
# an entry goes by its id.

# %%
relieved = case.what_if({"injections.I2.relief_percent": 50})
case.compare(relieved)

# %% [markdown]
# In the picture blue with ► is what changed.

# %%
case.compare(relieved).graph()

# %% [markdown]
# Several changes at once, of facts and of readings: here the pain score is lower as well, and one
# clause that was met no longer is.

# %%
mixed = case.what_if({"measurements[0].value": 4, "reading.block_relief": "any_occasion"})
case.compare(mixed)

# %% [markdown]
# ## By clicking
#
# Below is the graph as something to click. Click a leaf, or go to it with the Tab key and press
# Enter: its documentation changes to *met*, *not met*, *undocumented* in turn, by the least change
# of the record that does it. Numbers, dates, readings and parameters have controls of their own.
# Outcome, proof and graph follow at once; *Undo* and *Reset* lead back.
#
# (Open the notebook with `make notebook` to use it. A page on the web, or a notebook that was closed,
# shows the picture that the panel had last.)

# %%
panel = case.explore()
panel

# %% [markdown]
# What a click does can also be written down. Here the leaf of clause D.I.B.7 is clicked twice.

# %%
panel.what_if.cycle_leaf("D.I.B.7")
panel.what_if.cycle_leaf("D.I.B.7")
panel.what_if.changes

# %%
panel.what_if.picture

# %% [markdown]
# ## What was known then?
#
# An appeal first asks whether the decision held on the file as the plan had it that day.

# %%
from datetime import date

cw.as_of(CASES / "pa-1002.yaml", date(2026, 7, 1))
