# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · Asking a cohort
#
# An audit answers the questions that everybody has. For all others there are queries: in the
# notation of the rules, over the same facts and the same derived relations, put to one case or to a
# whole cohort. The answers are a table, which becomes a data frame, which can be plotted; and each
# answer leads back to its case and its proof.
#
# The cohort is made up again: variations of two fictional examples, with other relief and pain.

# %%
import json
import random
import tempfile
from pathlib import Path

from matplotlib import pyplot

import clausewise as cw
from clausewise.facts.case.editing import plain_data

draw = random.Random(1508)
examples = [cw.load(f"../facts/cases/pa-{number}.yaml") for number in (1001, 1003)]


def variation(number):
    """An example with relief, pain and completeness of its own."""
    case = draw.choice(examples)
    changes = {"measurements[0].value": draw.randint(3, 9)}
    for place in (0, 1):
        relief = draw.choice([20, 30, 40, 45, 49, 50, 55, 60, 75, 80])
        changes[f"injections[{place}].relief_percent"] = relief
        changes[f"injections[{place}].source.quote"] = f"{relief} % relief"
    if draw.random() < 0.3:
        changes[draw.choice(["imaging[2]", "therapies[0]", "findings[5]"])] = None
    return plain_data(case.what_if({**changes, "case": f"VAR-{number:03}"}))


cohort = Path(tempfile.mkdtemp()) / "cohort.ndjson"
lines = [json.dumps(variation(number), default=str) for number in range(300)]
cohort.write_text("\n".join(lines) + "\n")
len(lines)

# %% [markdown]
# ## A first query
#
# Technically sound diagnostic blocks with relief just below the mark. `technical` and `relief` are
# relations; `L`, `E` and `R` are variables, and each answer gives them values.

# %%
near = cw.ask(cohort, "technical(L, E) & relief(E, R) & (45 <= R) & (R < 50)")
near

# %% [markdown]
# ## From answers to a plot
#
# How much relief did the blocks bring, where the clause about blocks is met and where it is not? A
# query and a frame for each status. The mark is a parameter of the policy, so it is asked for as well.

# %%
relief = "technical(L, E) & relief(E, R)"
groups = {
    status: cw.ask(cohort, f'{relief} & {status}(L, "D.I.B.7")').to_frame("pandas")
    for status in ("met", "not_met", "undocumented")
}
((mark,),) = cw.ask(examples[0], 'parameter("minimum_block_relief", M)')

figure, axes = pyplot.subplots(figsize=(7, 3))
axes.hist(
    [frame["R"] for frame in groups.values()],
    bins=range(15, 90, 5),
    stacked=True,
    label=[f"D.I.B.7 {status.replace('_', ' ')}" for status in groups],
    color=["#2e7d32", "#b3261e", "#8a8f98"],
)
axes.axvline(mark, color="black", linestyle="--", label=f"{mark} % relief")
axes.set_xlabel("relief of a block in %")
axes.set_ylabel("blocks")
axes.legend(frameon=False)
pyplot.show()
# %% [markdown]
# ## Which clauses are not met, which are not documented?
#
# A clause can be a variable too: `not_met(L, C)` gives every clause of the path that is not met. Of
# them the numbered criteria are counted here, without their parts and the exclusions.

# %%
counts = {}
for status in ("not_met", "undocumented"):
    clauses = cw.ask(cohort, f"{status}(L, C)").to_frame("pandas")["C"]
    counts[status] = clauses[clauses.str.fullmatch(r"D\.I\.B\.\d+")].value_counts()
labels = sorted({label for series in counts.values() for label in series.index}, reverse=True)

figure, axes = pyplot.subplots(figsize=(7, 2.5))
left = [0] * len(labels)
for (status, series), color in zip(counts.items(), ("#b3261e", "#8a8f98"), strict=True):
    widths = [int(series.get(label, 0)) for label in labels]
    axes.barh(labels, widths, left=left, color=color, label=status.replace("_", " "))
    left = [before + width for before, width in zip(left, widths, strict=True)]
axes.set_xlabel("service lines")
axes.legend(frameon=False)
pyplot.show()
# %% [markdown]
# ## Why is this an answer?
#
# The case of an answer is read again and asked by itself; the derivation goes down to the facts and
# their sources.

# %%
near.why(0)

# %% [markdown]
# An answer has the address of its case, which can be asked anything else.

# %%
cw.load(near.address(0)).why()

# %% [markdown]
# ## What if the mark were another?
#
# The same query under another parameter: how many lines would meet the clause?

# %%
for least in (30, 40, 50, 60, 70):
    found = cw.ask(cohort, 'met(L, "D.I.B.7")', parameters={"minimum_block_relief": least})
    print(f"at least {least} %: {len(found)} of {found.answers.counts['decided']} lines")
