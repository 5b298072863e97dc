"""A blank case file for a procedure: only what its path can use, each list under its clauses.

What is asked for is read off the rules; the fields are those of the case format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.facts.case.json_schema import FILE_NAME
from clausewise.facts.case.model import FORMAT
from clausewise.facts.errors import UnknownNameError
from clausewise.facts.fhir.forms import CONTEXTS, PLACES
from clausewise.facts.schema import REGIONS_WITHOUT_SIDES
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.program.asked import Asked, asked_by
from clausewise.logic.program.dependencies import Uses
from clausewise.logic.program.program import Program

_SOURCE = "source: {document: H1, page: , quote: }"
_MOST_WIDTH = 96


def template(program: Program, procedure: str) -> str:
    """A commented YAML text; raises KeyError for a procedure without a path.

    ``procedure`` is a name of the vocabulary or a CPT code.
    """
    name = VOCABULARY.procedure_of_code(procedure) or procedure
    path = program.policy.path_of(name)
    if path is None:
        raise UnknownNameError(f"{name!r} has no path under this policy")
    return "\n".join(_lines(program, path)) + "\n"


def _lines(program: Program, path: Path) -> Iterator[str]:
    policy = program.policy
    yield f"# yaml-language-server: $schema={FILE_NAME}"
    yield f"# (an editor that knows this line checks the file: clausewise schema -o {FILE_NAME})"
    yield "#"
    yield f"# {policy.number}, {policy.title}: a case for {path.name} ({path.root})."
    yield "#"
    yield "# Remove the leading '# ' of each line that the record documents and fill it in. What is"
    yield "# left out counts as not documented, never as absent. A finding that was looked for and"
    yield "# not found is written with 'present: false'. Dates are written as 2026-07-15."
    yield f"format: {FORMAT}"
    yield "case:                                # an identifier of your own"
    asked = asked_by(program, path)
    by_label = asked.by_label
    yield from _request(policy, path, asked)
    of_age = [label for label, used in by_label.items() if "member_age" in used.relations]
    served = f"for {', '.join(of_age)}" if of_age else "for advisories only"
    yield f"# member: {{age: }}                    # whole years, {served}"
    yield "documents:"
    yield "  # - {id: H1, title: , author: , date: , received: }"
    yield "  # An entry that several documents tell has a list of them as its source:"
    yield "  # source: [{document: H1, page: 2}, {document: H2}]."
    if VOCABULARY.procedures[path.procedure].side_specific:
        yield "  # The side of an entry is respected wherever it is stated."
    yield "  # One that expressly revises what was documented earlier, of any kind but an"
    yield "  # inability, has 'revises: true'."
    yield from _findings(by_label)
    for relation, heading, body in _ENTRY_KINDS:
        labels = [label for label, used in by_label.items() if relation in used.relations]
        if labels:
            yield f"{heading}:"
            yield from _for_clauses(labels)
            yield from body(by_label)
    if asked.domains:
        yield "# Domains for which the record is complete: what a criterion asks for and is not"
        yield "# there is then not met."
        yield f"# record_complete: [{', '.join(asked.domains)}]"


def _request(policy: Policy, path: Path, asked: Asked) -> Iterator[str]:
    """The request; its purpose and diagnoses only where a clause asks for them."""
    yield "request:"
    yield f"  procedure: {path.procedure}"
    if VOCABULARY.default_plan not in policy.plans:
        yield f"  plan: {policy.plans[0]}"
    if VOCABULARY.procedures[path.procedure].side_specific:
        yield "  side:                              # left, right or bilateral"
    yield "  received:                          # the day the request was received"
    yield "  planned_service_date:              # optional"
    yield "  decided:                           # optional: the day up to which evidence counts"
    if asked.of_request("purpose"):
        yield from _wrapped(
            "  # purpose: []                      # one or several", VOCABULARY.purposes
        )
    if asked.of_request("diagnoses"):
        yield from _wrapped("  # diagnoses: []", VOCABULARY.diagnoses)


def _for_clauses(labels: list[str]) -> Iterator[str]:
    yield f"  # for {', '.join(labels)}"


def _wrapped(start: str, names: object) -> Iterator[str]:
    yield start
    line = "  #   names:"
    for name in names:  # type: ignore[attr-defined]
        if len(line) + len(name) + 2 > _MOST_WIDTH:
            yield line
            line = "  #   "
        line += f" {name},"
    yield line.rstrip(",")


def _findings(by_label: Mapping[str, Uses]) -> Iterator[str]:
    yield "findings:"
    yield f"  # context: {', '.join(CONTEXTS)} (results of a procedure are no baseline)"
    labels: dict[str, list[str]] = {}
    for label, used in by_label.items():
        for name in used.names.get("finding", ()):
            labels.setdefault(name, []).append(label)
    for name, using in labels.items():
        finding = VOCABULARY.findings[name]
        side = "side: , " if finding.side_specific else ""
        context = "context: , " if finding.examination else ""
        yield f"  # {', '.join(using)}: {finding.question}"
        yield f"  # - {{finding: {name}, present: , {side}date: , {context}{_SOURCE}}}"
        if name == "pain_radiating":
            yield f"  # if it does, add radiates_to: [] of {', '.join(PLACES)}"


def _measurements(by_label: Mapping[str, Uses]) -> Iterator[str]:
    relations = {
        name for used in by_label.values() if "measure" in used.names for name in used.relations
    }
    asked = dict.fromkeys(
        name for used in by_label.values() for name in used.names.get("measure", ())
    )
    for measure in (VOCABULARY.measures[name] for name in asked):
        yield f"  # {measure.question} A number, or a range [4, 6]."
        side = "side: , " if measure.side_specific else ""
        if "injection" in relations:
            yield "  # One of the day of an injection counts only with 'context: baseline'."
        yield f"  # - {{measure: {measure.name}, value: , {side}date: , context: , {_SOURCE}}}"


def _therapies(by_label: Mapping[str, Uses]) -> Iterator[str]:
    del by_label
    for therapy in VOCABULARY.therapies.values():
        extra = ""
        if therapy.name == "home_exercise_program":
            extra = "completed: , prescription: , follow_up: , "
        elif therapy.name == "tens":
            extra = "use: , frequency: , duration: , "
        yield (f"  # - {{id: , kind: {therapy.name}, start: , end: , {extra}outcome: , {_SOURCE}}}")
    yield "  # an episode that goes on has 'ongoing: true' in place of an end; one for another part"
    yield "  # of the body has 'for: other', one of a side its side"
    yield "  # outcome: failed, partial or relief"


def _inability(by_label: Mapping[str, Uses]) -> Iterator[str]:
    del by_label
    yield f"  # reason: {', '.join(VOCABULARY.inability_reasons)}"
    yield f"  # - {{reason: , therapy: , side: , date: , {_SOURCE}}}"


def _injections(by_label: Mapping[str, Uses]) -> Iterator[str]:
    del by_label
    yield f"  # agents: {', '.join(VOCABULARY.agents)}; relief in percent, or a range [80, 90]"
    yield "  # what several documents tell of one injection may be entries of one date and side"
    yield (
        "  # - {id: , purposes: [diagnostic], date: , side: , intra_articular: , image_guided: , "
        f"contrast: , agents: [], relief_percent: , relief_lasted_expected: , {_SOURCE}}}"
    )
    yield (
        "  # - {id: , purposes: [therapeutic], date: , side: , intra_articular: , agents: [], "
        f"outcome: , {_SOURCE}}}"
    )


def _visits(by_label: Mapping[str, Uses]) -> Iterator[str]:
    asked = (name for used in by_label.values() for name in used.names.get("visit", ()))
    for name in dict.fromkeys(asked):
        yield f"  # - {{visit: {name}, date: , {_SOURCE}}}"


def _imaging(by_label: Mapping[str, Uses]) -> Iterator[str]:
    wanted: dict[str, dict[str, None]] = {}
    for used in by_label.values():
        for region, result in used.results:
            wanted.setdefault(region, {}).setdefault(result)
    yield f"  # modality: {', '.join(VOCABULARY.modalities)}; true shows it, false excludes it"
    for region, results in wanted.items():
        side = "" if region in REGIONS_WITHOUT_SIDES else "side: , "
        shown = ", ".join(f"{name}: " for name in results)
        yield (
            f"  # - {{id: , modality: , region: {region}, {side}date: , "
            f"results: {{{shown}}}, {_SOURCE}}}"
        )


_ENTRY_KINDS = (
    ("measurement", "measurements", _measurements),
    ("therapy", "therapies", _therapies),
    ("inability", "therapy_inability", _inability),
    ("injection", "injections", _injections),
    ("imaging", "imaging", _imaging),
    ("visit", "visits", _visits),
)
