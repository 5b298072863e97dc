# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3 · Where the text bends
#
# A policy is prose, and prose can be read in more than one way. Does "50 % relief on two occasions"
# ask for the relief each time? Is the imaging of six months counted back from the request or from
# the operation? Each such choice is a *reading* here: a fact with a default, which can be switched.

# %%
from pathlib import Path

import clausewise as cw

CASES = sorted(Path("../facts/cases").glob("*.yaml"))

# %% [markdown]
# ## The register of readings

# %%
for reading in cw.readings():
    print(f"{reading.name} ({', '.join(reading.labels)}): {reading.spot}")
    for value, meaning in reading.choices.items():
        print(f"   {'*' if value == reading.default else ' '} {value}: {meaning}")

# %% [markdown]
# ## Which determinations hang on a reading?
#
# For each example: does *any* combination of all readings change the determination, and which is the
# smallest switch? The answer is exact; the combinations are not tried one by one.

# %%
for path in CASES:
    for line in cw.result(cw.decide(path))["lines"]:
        others = [
            f"{other['determination']} if "
            + " and ".join(f"{name} = {value}" for name, value in other["readings"].items())
            for other in line["other_readings"]
        ]
        told = "; ".join(others) or "the same under every reading"
        print(f"{path.stem} {line['side']}: {line['determination']}: {told}")

# %% [markdown]
# ## One case under another reading

# %%
case = cw.load(CASES[2])
case.compare(case.what_if({"reading.block_relief": "any_occasion"})).graph()

# %% [markdown]
# ## What does a reading touch?
#
# The dependency graph is read off the rules, so this list is complete.

# %%
cw.touches("reading.block_relief")

# %% [markdown]
# ## If the policy asked for another number
#
# How many of the examples would be approved if the pain score had to be at least so high?

# %%
for least in range(3, 11):
    approved = [
        path.stem
        for path in CASES
        for line in cw.decide(path, parameters={"minimum_pain_score": least}).lines
        if line.determination == "medically_necessary"
    ]
    print(f"at least {least:2}: {len(approved)} lines approved: {', '.join(approved)}")
