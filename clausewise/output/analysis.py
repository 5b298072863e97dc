"""What a policy says of itself, as lines of text and plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.logic.analysis.findings import sentences
from clausewise.logic.analysis.findings.analysis import Analysis, PathFindings
from clausewise.logic.analysis.findings.register import Moved, Weighed
from clausewise.logic.analysis.findings.worlds import Witness
from clausewise.logic.decision.decide import status_word


def analysis_lines(found: Analysis) -> Iterator[Text]:
    """Every finding, path by path, then what the policy never looks at."""
    policy = found.policy
    yield Text(f"{policy.number} {policy.title}: what its rules say of all records", "bold")
    yield Text(sentences.READING_GUIDE, "dim")
    for path in found.paths:
        yield Text()
        yield from _path_lines(found, path)
    yield Text()
    yield Text("What no clause looks at", "bold")
    yield from (Text(f"  {each}") for each in sentences.of_unread(found.unread))


def _path_lines(analysis: Analysis, found: PathFindings) -> Iterator[Text]:
    root = found.path.root
    yield Text(f"{root}  {found.path.name}", "bold")
    yield from (Text(f"  {each}", "dim") for each in sentences.of_space(analysis, found))
    share = sentences.percent(found.approved_share)
    yield Text(f"  approved: {share} of the records, each counted alike", "dim")
    if found.approval is not None:
        yield Text()
        yield Text("  The approval that states least", "bold")
        yield from (Text(f"    {name}: {value}") for name, _, value in found.approval.changes)
    for title, lines in (
        ("Reasons", _labelled((r.label, sentences.of_reason(r)) for r in found.reasons)),
        (
            "Exclusions beside the criteria",
            _labelled(
                (each.label, (sentences.of_contradiction(each, root),))
                for each in found.contradictions
            ),
        ),
        (
            "Statuses that no record has",
            (
                f"{label} is never {status_word(analysis.policy.clauses[label], status)}"
                for label, status in found.unreachable
            ),
        ),
        (
            "Readings, each by itself",
            (sentences.of_weighed(analysis.policy, each) for each in found.readings),
        ),
        (
            "Parameters, at the nearest value that changes something",
            (sentences.of_weighed(analysis.policy, each) for each in found.parameters),
        ),
    ):
        yield Text()
        yield Text(f"  {title}", "bold")
        yield from (Text(f"    {line}") for line in tuple(lines) or ("none",))


def _labelled(rows: Any) -> Iterator[str]:
    for label, told in rows:
        for sentence in told:
            yield f"{label} {sentence}"


def analysis_data(found: Analysis) -> dict[str, Any]:
    """Every finding as plain data; witnesses are case files."""
    return {
        "policy": found.policy.number,
        "fingerprint": found.policy.fingerprint,
        "paths": [_path_data(path) for path in found.paths],
        "unread": {
            "relations": list(found.unread.relations),
            "names": [
                {"relation": relation, "column": column, "names": list(names)}
                for relation, column, names in found.unread.names
            ],
            "alike": [
                {"relation": relation, "column": column} for relation, column in found.unread.alike
            ],
        },
    }


def _path_data(found: PathFindings) -> dict[str, Any]:
    return {
        "path": found.path.procedure,
        "root": found.path.root,
        "variables": found.variables,
        "records": f"{found.records:.3e}",
        "limits": list(found.limits),
        "approved_share": found.approved_share,
        "approval": _witness(found.approval),
        "impossible": [each.value for each in found.impossible],
        "reasons": [
            {
                "clause": each.label,
                "exclusion": each.exclusion,
                "alone": _witness(each.alone),
                "share": each.share,
                "beside": list(each.beside),
                "needed": _witness(each.needed),
                "redundant": each.needed is None,
            }
            for each in found.reasons
        ],
        "contradictions": [
            {"clause": each.label, "witness": _witness(each.witness), "share": each.share}
            for each in found.contradictions
        ],
        "unreachable": [
            {"clause": label, "status": status.value} for label, status in found.unreachable
        ],
        "readings": [_weighed(each) for each in found.readings],
        "parameters": [_weighed(each) for each in found.parameters],
    }


def _weighed(found: Weighed) -> dict[str, Any]:
    return {
        "name": found.name,
        "value": found.value,
        "direction": found.direction,
        "stricter": _moved(found.stricter),
        "laxer": _moved(found.laxer),
    }


def _moved(found: Moved | None) -> dict[str, Any] | None:
    return None if found is None else {"share": found.share, "nearest": _witness(found.nearest)}


def _witness(found: Witness | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "changes": changes_data(found.changes),
        "determination": found.determination.value,
        "otherwise": None if found.otherwise is None else found.otherwise.value,
        "case": case_data(found.case),
    }


def changes_data(changed: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Variables that differ, each with its value before and after."""
    return [{"variable": name, "from": before, "to": after} for name, before, after in changed]


def case_data(case: Case) -> Any:
    """A witness as the plain data of a case file."""
    return _plain(plain_data(case))


def _plain(value: Any) -> Any:
    """Days and decimals as text, for JSON."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, type(None))) else str(value)
