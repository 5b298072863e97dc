# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 · What a policy says about itself
#
# The same rules, asked about *all* records instead of one. From the schema of facts and the loaded
# rules a symbolic record is made: every entry that a clause asks for there or not, on either side of
# every threshold and window, contradicting itself, without its side or date. The rules are evaluated
# over all of them at once; each finding below has a record that the ordinary engine decided so.

# %%
import clausewise as cw
from clausewise.logic.analysis.findings import sentences

found = cw.analyse("CMM-611", path="percutaneous_sij_fusion")
(path,) = found.paths
for sentence in sentences.of_space(found, path):
    print("-", sentence)

# %% [markdown]
# ## The approval that states least

# %%
for variable, _, value in path.approval.changes:
    print(f"{variable}: {value}")

# %% [markdown]
# ## Can each clause alone deny?
#
# Of CMM-611 each can. Of MM-1508 two cannot, which ask one question twice (`docs/analysis.md`).

# %%
for reason in path.reasons:
    for sentence in sentences.of_reason(reason):
        print(f"{reason.label} {sentence}")

# %% [markdown]
# ## Exclusions that apply although all criteria are met

# %%
for each in path.contradictions:
    print(each.label, sentences.of_contradiction(each, path.path.root))

# %% [markdown]
# ## Statuses that no record gives a clause
# %%
for label, status in path.unreachable:
    print(label, "is never", status)

# %% [markdown]
# ## The register, weighed
#
# Each reading by itself: whom would it move, and in which direction?

# %%
print(sentences.READING_GUIDE, end="\n\n")
for each in path.readings:
    print("-", sentences.of_weighed(found.policy, each))

# %% [markdown]
# ## From which value on does a number matter?

# %%
for each in path.parameters:
    print("-", sentences.of_weighed(found.policy, each))

# %% [markdown]
# ## What no clause looks at

# %%
for sentence in sentences.of_unread(found.unread):
    print("-", sentence)

# %% [markdown]
# ## Is the later version stricter?

# %%
(versions,) = cw.analyse_against(
    "CMM-611@2024-01-01", "CMM-611@2025-06-01", path="percutaneous_sij_fusion"
)
print(versions.second_name, "is", versions.verdict)
for pair in versions.pairs:
    if pair.first != pair.second:
        print(f"{pair.first} -> {pair.second}:", sentences.changes_in_words(pair.changes))

# %% [markdown]
# What is never possible, of the two versions for open fusion:
# %%
(versions,) = cw.analyse_against("CMM-611@2024-01-01", "CMM-611@2025-06-01", path="open_sij_fusion")
print(versions.second_name, "is", versions.verdict)
for sentence in versions.impossible():
    print("-", sentence)

# %% [markdown]
# ## A suite that the owner signs
#
# For open fusion: its first rows, and how many changes of the rules all rows notice.
# %%
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.suite.build import suite_of
from clausewise.logic.analysis.suite.tables import share_noticed
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.program.program import program_of

program = program_of(policy_named("CMM-611"))
(path,) = (each for each in program.policy.paths if each.procedure == "open_sij_fusion")
table = suite_of(PathWorlds(program, path))
for row in table.rows[:6]:
    print("-", row.name)
print(f"and {len(table.rows) - 6} more;", share_noticed(table.noticed))

# %% [markdown]
# `cw.analysis_page(found)` puts the findings beside the clauses, on a page for the policy's owner;
# `cw.suite("CMM-611")` makes the tables of the suite; `cw.text` and `cw.drift` hold the
# published text against the rules.
