# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 · Auditing a cohort
#
# A question about one case goes to the rule engine; a question about a year of cases goes to a
# database, with the same rules translated to SQL. Here the cohort is made up: variations of the
# fictional examples, each with a determination that "was recorded" for it.

# %%
import json
import random
import tempfile
from pathlib import Path

import clausewise as cw
from clausewise.facts.case.editing import plain_data

draw = random.Random(1508)
folder = Path(tempfile.mkdtemp())
examples = [cw.load(path) for path in sorted(Path("../facts/cases").glob("*.yaml"))]


def variation(number):
    """An example with some of its entries left out, and with a pain score of its own."""
    case = draw.choice(examples)
    entries = [key for key, entry in case.entries() if not hasattr(entry, "kind")]
    changes = dict.fromkeys(draw.sample(entries, min(len(entries), draw.randint(0, 2))))
    if case.measurements and "measurements[0]" not in changes:
        changes["measurements[0].value"] = draw.randint(4, 9)
    changed = case.what_if({**changes, "case": f"VAR-{number:03}"})
    data = plain_data(changed)
    outcome = changed.decide().lines[0].determination
    if draw.random() < 0.15:  # sometimes it was recorded otherwise
        outcome = draw.choice(["medically_necessary", "not_medically_necessary"])
    data["review"] = {"determination": outcome}
    return data


cohort = folder / "cohort.ndjson"
lines = [json.dumps(variation(number), default=str) for number in range(150)]
cohort.write_text("\n".join([*lines, "not a case at all"]) + "\n")
len(lines)

# %% [markdown]
# ## The audit
#
# Every case is read, checked and decided; what is not a valid case is rejected with its errors. The result
# shows what denies most, alone (dark) and together, what is missing, how the determinations agree
# with the recorded ones, and, for the what-if asked here, who would flip.

# %%
found = cw.audit(cohort, folder / "audit", settings={"parameter.minimum_pain_score": 7})
found

# %% [markdown]
# The folder holds the same as files, for other programs.

# %%
sorted(path.name for path in (folder / "audit").iterdir())

# %%
print((folder / "audit" / "quarantine.ndjson").read_text())

# %% [markdown]
# ## One row of it
#
# Any row opens as the case it came from, with its whole proof: here the most surprising
# disagreement that rests on clauses.

# %%
worst = next(row for row in found.agreement["disagreements"] if row["decisive"])
print(worst["case"], "recorded as", worst["recorded"], "decided as", worst["decided"])
cw.load(f"{cohort}:{worst['place'].removeprefix('line ')}").why()
