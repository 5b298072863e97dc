"""What the decisions of a cohort say together: counts, agreement, inconsistencies, who flips.

Everything is asked of the tables ``lines`` and ``lines_otherwise``, a row a service line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.cohort.agreement import MOST_LISTED, agreement, inconsistent
from clausewise.logic.cohort.moved import moved
from clausewise.logic.cohort.question import AuditQuestion
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.explain.result import DISCLAIMER, disclaimer_of
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.choice import (
    days_in_force,
    name_of_plan,
    policies_for,
    policies_of,
)


@dataclass
class Summary:
    """What the cohort's decisions say together; counts are of service lines unless said otherwise.

    ``what_if`` says that they are not under the policy's own readings and parameters, or is empty.
    ``denying`` maps a clause to how many denials rest on it and how many on it alone,
    ``denying_together`` tells which clauses do so together; ``missing`` counts the lines that wait
    for a clause. ``agreement`` and ``flips`` are None when nothing was recorded or no what-if was
    asked, ``reading_sensitive`` when that was not asked for. ``repeated_cases`` names those that
    several cases have, and how many. ``input`` has the digest of the cohort's files (``sha256``),
    ``letters`` says how many lines are denied or wait (``lines``) and about how many letters were
    ``written``, None when none were asked for; ``sample`` how many ``lines`` pyDatalog decided as
    well, and the ``seed`` they were drawn with. ``against`` is the policy that ``flips`` are under,
    where one was asked for. ``not_governed`` are the lines that the policy does not govern, by
    procedure and plan, with the policies that there are for each and, where some were received when
    its version was not in force, how many (``not_in_force``) and of which ``version``. ``fhir``
    counts the ``cases`` that were FHIR records, their ``resources``, those of them that were
    ``used``, and the ``remarks`` on them; None where there were none.
    """

    what_if: str
    cases: dict[str, int]
    lines: int
    determinations: dict[str, int]
    denying: list[dict[str, Any]]
    denying_together: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    agreement: dict[str, Any] | None
    inconsistent: list[dict[str, Any]]
    flips: dict[str, Any] | None
    reading_sensitive: int | None
    choices: dict[str, Any]
    policy: dict[str, str]
    repeated_cases: list[dict[str, Any]]
    input: dict[str, str]
    sample: dict[str, int]
    disclaimer: str = field(default=DISCLAIMER)
    letters: dict[str, int] | None = None
    against: dict[str, str] | None = None
    not_governed: list[dict[str, Any]] = field(default_factory=list)
    fhir: dict[str, int] | None = None


def summary_of(
    store: CohortStore,
    question: AuditQuestion,
    counts: dict[str, int],
    digest: str,
    sample: dict[str, int],
) -> Summary:
    """The summary of the lines in the store; ``digest`` is that of the cohort's files."""
    policy, choices = question.policy, question.choices
    ((lines,),) = store.rows("SELECT count(*) FROM lines")
    determinations = store.rows(
        "SELECT determination, count(*) FROM lines GROUP BY determination ORDER BY 2 DESC, 1"
    )
    by_clause = (
        "SELECT label, count(*) AS lines, count(*) FILTER (WHERE size = 1) AS alone FROM "
        "(SELECT unnest(decisive) AS label, len(decisive) AS size FROM lines "
        "WHERE determination = $1) GROUP BY label ORDER BY lines DESC, label"
    )
    asked, sensitive = store.rows(
        "SELECT count(reading_sensitive), count(*) FILTER (reading_sensitive) FROM lines"
    )[0]
    return Summary(
        what_if=question.what_if,
        cases=counts,
        lines=int(lines),
        determinations={str(name): int(number) for name, number in determinations},
        denying=_counted(store.rows(by_clause, ["not_medically_necessary"])),
        denying_together=_together(store),
        missing=_counted(store.rows(by_clause, ["insufficient_information"])),
        agreement=agreement(store),
        inconsistent=inconsistent(store),
        flips={"changed": dict(question.changed), **moved(store)} if question.changed else None,
        reading_sensitive=int(sensitive) if asked else None,
        choices={"readings": dict(choices.readings), "parameters": dict(choices.parameters)},
        policy=_identity(policy),
        against=None if question.against is None else _identity(question.against),
        repeated_cases=_repeated_cases(store),
        input={"sha256": digest},
        sample=sample,
        disclaimer=disclaimer_of(*filter(None, (policy, question.against))),
        not_governed=_not_governed(store, question),
    )


def _not_governed(store: CohortStore, question: AuditQuestion) -> list[dict[str, Any]]:
    """The lines that the policy does not govern, by procedure and plan, with the policies there."""
    rows = store.rows(
        "SELECT procedure, plan, count(*), count(*) FILTER (NOT in_force) FROM lines "
        "WHERE determination = 'not_governed' GROUP BY procedure, plan ORDER BY 3 DESC, 1, 2"
    )
    # Beside another policy both count as in force on every day.
    version = question.policy.version if question.against is None else ""
    return [
        {
            "procedure": procedure,
            "plan": plan,
            "lines": lines,
            "policies": list(policies_for(procedure)),
            "policies_of_plan": list(policies_of(plan)),
            **({"not_in_force": outside, "version": version} if version and outside else {}),
        }
        for procedure, plan, lines, outside in rows
    ]


def cases_read(counts: Mapping[str, int], done: str = "decided") -> str:
    """What became of the cases: "73 cases read: 72 decided, 1 rejected with its errors"."""
    read, rejected = counts["read"], counts["quarantined"]
    return (
        f"{read} {'case' if read == 1 else 'cases'} read: {counts['decided']} {done}, "
        f"{rejected} rejected with {'its' if rejected == 1 else 'their'} errors"
    )


def not_governed(row: Mapping[str, Any]) -> str:
    """Which policies there are for the procedure and the plan of lines that are not governed, and
    how many of these were received when the version was not in force."""
    name = str(row["procedure"])
    called = "another procedure" if name == "other" else VOCABULARY.called_procedure(name)
    policies = ", ".join(row["policies"]) or "none"
    plan = name_of_plan(str(row["plan"])) or "another plan"
    of_plan = ", ".join(row["policies_of_plan"]) or "none"
    told = f"for {called}; policies for it: {policies}; policies of {plan}: {of_plan}"
    if "not_in_force" not in row:
        return told
    version = str(row["version"])
    days = ", ".join(days_in_force(version.partition("@")[0]))
    return (
        f"{told}; {row['not_in_force']} of them received on a day on which {version} is not in "
        f"force{f' ({days})' if days else ''}"
    )


def _identity(policy: Policy) -> dict[str, str]:
    return {
        "number": policy.number,
        "effective": policy.effective.isoformat(),
        "fingerprint": policy.fingerprint,
    }


def _repeated_cases(store: CohortStore) -> list[dict[str, Any]]:
    """The names that more than one case has, the most frequent first."""
    rows = store.rows(
        'SELECT "case", count(DISTINCT c) AS cases FROM lines GROUP BY "case" HAVING cases > 1 '
        'ORDER BY cases DESC, "case" LIMIT $1',
        [MOST_LISTED],
    )
    return [{"case": name, "cases": cases} for name, cases in rows]


def _counted(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{"clause": label, "lines": lines, "alone": alone} for label, lines, alone in rows]


def _together(store: CohortStore) -> list[dict[str, Any]]:
    """The clauses, two or more, that denials rest on together."""
    rows = store.rows(
        "SELECT decisive, count(*) FROM lines WHERE determination = 'not_medically_necessary' "
        "AND len(decisive) > 1 GROUP BY decisive ORDER BY 2 DESC, 1 LIMIT $1",
        [MOST_LISTED],
    )
    return [{"clauses": clauses, "lines": lines} for clauses, lines in rows]
