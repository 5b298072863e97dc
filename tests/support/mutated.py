"""Files with something wrong put into them, read as a command reads them: search for what breaks.

``python -m tests.support.mutated SECONDS [SEED] [KIND…]`` counts what became of the mutants of each
kind, and prints each that ended in no sentence, took too long or was believed though it should not
have been. The same seed makes the same mutants.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.loading.files import cases_in
from clausewise.logic.cohort.audit import audit, relations
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof.case_text import check_text
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import Refused, check
from tests.support.places import BUNDLE_FOLDER, CASE_FILES
from tests.support.plain_json import case_json
from tests.support.relation_rows import as_csv

BUNDLE_FILES = sorted(BUNDLE_FOLDER.glob("*.json"))
SECONDS = 30
"""Processor time after which a mutant hangs."""
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 5, 4.999999999999999, 1e308, 10**40, 10**400, 0.1),
    *("", " ", "null", "5", "5.0", "-1", "NaN", "2026-02-30", "2026-07-15T00:00:00+14:00", "9999"),
    *("left", "bilateral", "\x00", "\x1b[2J", "\u202e", "\ud800", "=1+1", "'; DROP TABLE x; --"),
    *("x" * 3000, "é\u0301", "../../etc/passwd", "a:b", "#", "urn:uuid:0", "Patient/p", "%s{0}"),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": []}}, [1, 2], [5, 5], [7, 3], [{}] * 60),
)
BYTES = (b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\t", b'"', b",", b":", b"{", b"}", b"[")


class HangError(Exception):
    """A mutant took too long."""


class BelievedError(Exception):
    """A mutant was taken for what it does not say."""


@contextmanager
def limited() -> Iterator[None]:
    """Stops what takes too long."""

    def stop(*_: object) -> None:
        raise HangError(f"more than {SECONDS} seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def changed_bytes(random: Random, content: bytes) -> bytes:
    """The bytes with some of them changed, taken out, put in, doubled, moved or cut off."""
    for _ in range(random.choice([1, 1, 2, 5])):
        at = random.randrange(len(content) + 1)
        to = min(len(content), at + random.choice([1, 2, 8, 60, 400]))
        piece = content[at:to]
        content = random.choice(
            [
                content[:at] + bytes([random.randrange(256)]) + content[at + 1 :],
                content[:at] + content[to:],
                content[:at] + random.choice(BYTES) + content[at:],
                content[:to] + piece + content[to:],
                content[:at] if random.random() < 0.3 else content[:to] + piece * 3 + content[to:],
            ]
        )
    return content


def places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in plain data but the top."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in inside:
        yield (*where, key)
        if isinstance(below, (dict, list)):
            yield from places(below, (*where, key))


def changed_data(random: Random, value: Any) -> Any:
    """Plain data with some values changed, taken out, renamed, doubled or exchanged."""
    value = json.loads(case_json(value))
    for _ in range(random.choice([1, 1, 2, 3])):
        found = list(places(value))
        if not found:
            return value
        *way, key = random.choice(found)
        other = random.choice(found)
        holder = value
        for part in way:
            holder = holder[part]
        there: Any = value
        for part in other:
            there = there[part]
        there = json.loads(json.dumps(there))
        match random.choice(["odd", "odd", "out", "other", "twice", "rename", "wrap", "letter"]):
            case "odd":
                holder[key] = random.choice(ODD)
            case "out":
                del holder[key]
            case "other":
                holder[key] = there
            case "twice" if isinstance(holder, list):
                holder.insert(key, json.loads(json.dumps(holder[key])))
            case "rename" if isinstance(holder, dict):
                holder[random.choice([str(key) + "x", str(other[-1]), str(key).upper()])] = (
                    holder.pop(key)
                )
            case "letter" if isinstance(holder[key], str) and holder[key]:
                text, at = holder[key], random.randrange(len(holder[key]))
                holder[key] = text[:at] + random.choice("0123456789-. xX\u200b") + text[at + 1 :]
            case _:
                holder[key] = [holder[key]]
    return value


def answered(content: bytes) -> str:
    """What becomes of a case file or a bundle: it is refused, or decided."""
    cases = cases_in(content, "mutant")
    for case in cases:
        decide_case(case, POLICY)
        if case.origin is None:
            try:
                check_text(content, case)
            except Refused as reason:
                raise BelievedError(str(reason)) from None
        # What was read can be written and read again, and is the same then.
        if plain_data(case_from_data(plain_data(case))) != plain_data(case):
            raise BelievedError("written and read again it is another case")
    return "decided"


def yaml_file(random: Random) -> bytes:
    """A case file as YAML."""
    return changed_bytes(random, random.choice(CASE_FILES).read_bytes())


def json_file(random: Random) -> bytes:
    """A case file as JSON, or as bytes that were JSON."""
    data = plain_data(load_case(random.choice(CASE_FILES)))
    if random.random() < 0.2:
        return changed_bytes(random, case_json(data).encode())
    return json.dumps(changed_data(random, data), default=str).encode()


def fhir_file(random: Random) -> bytes:
    """A FHIR bundle."""
    content = random.choice(BUNDLE_FILES).read_bytes()
    if random.random() < 0.2:
        return changed_bytes(random, content)
    return json.dumps(changed_data(random, json.loads(content))).encode()


def checked(random: Random) -> str:
    """What becomes of a certificate with a change: it is refused, or says the same."""
    case = load_case(random.choice(CASE_FILES[:6]))
    proof = canonical(certificate(decide_case(case, POLICY)))
    if random.random() < 0.3:
        text = changed_bytes(random, proof.encode()).decode(errors="replace")
    else:
        text = json.dumps(changed_data(random, json.loads(proof)))
    try:
        check(text, case, POLICY)
    except Refused:
        return "refused"
    if text.rstrip("\n") != proof:
        raise BelievedError(text)
    return "the same"


def audited(folder: Path) -> str:
    """What becomes of a cohort: every line is decided with pyDatalog as well."""
    output = folder.parent / "out"
    summary = audit(folder, output, POLICY, sample=1_000)
    lines = duckdb.read_parquet(str(output / "lines.parquet"))
    (decided,) = lines.aggregate("count(DISTINCT place)").fetchall()[0]
    rejected = summary.cases["quarantined"]
    if decided + rejected != summary.cases["read"]:
        raise BelievedError(f"{decided} decided and {rejected} rejected of {summary.cases}")
    return "some rejected" if rejected else "decided"


def lines_file(random: Random) -> str:
    """A cohort as newline-delimited JSON."""
    cases = [plain_data(load_case(path)) for path in random.sample(CASE_FILES, 4)]
    lines = [case_json(each).encode() for each in cases]
    at = random.randrange(len(lines))
    if random.random() < 0.4:
        lines[at] = changed_bytes(random, lines[at])
    else:
        lines[at] = json.dumps(changed_data(random, cases[at]), default=str).encode()
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary, "cohort.ndjson")
        path.write_bytes(b"\n".join(lines) + random.choice([b"\n", b"", b"\r\n"]))
        return audited(path)


def relation_files(random: Random, form: str) -> str:
    """A cohort as relations, with a change in one of its files."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "relations")
        lines = [case_json(plain_data(load_case(path))) for path in random.sample(CASE_FILES, 4)]
        source = Path(temporary, "cohort.ndjson")
        source.write_text("\n".join(lines), encoding="utf-8")
        relations(source, folder, POLICY)
        if form == "csv":
            folder = as_csv(folder, Path(temporary, "csv"))
        filled = [each for each in sorted(folder.iterdir()) if each.is_file()]
        path = random.choice(filled)
        if form == "csv" or random.random() < 0.2:
            path.write_bytes(changed_bytes(random, path.read_bytes()))
        else:
            changed_table(random, path)
        return audited(folder)


def changed_table(random: Random, path: Path) -> None:
    """A Parquet file with a column of another type, a value or a row changed."""
    table = duckdb.read_parquet(str(path))
    column_number = random.randrange(len(table.columns))
    column = table.columns[column_number]
    name = f'"{column}"'
    kept = "* EXCLUDE (" + name + ")"
    kind = table.types[column_number]
    types = (
        "DOUBLE",
        "FLOAT",
        "VARCHAR",
        "BIGINT",
        "UTINYINT",
        "HUGEINT",
        "TIMESTAMP",
        "TIMESTAMPTZ",
    )
    odd = random.choice(
        ["NULL", "''", "'x'", "-1", "0", "0.4", "1e30", "'2026-02-30'", "DATE '1-1-1'"]
    )
    sql = random.choice(
        [
            f"SELECT {kept}, TRY_CAST({name} AS {random.choice(types)}) AS {name} FROM t",
            f"SELECT {kept}, [{name}] AS {name} FROM t",
            f"SELECT {kept} FROM t",
            "SELECT *, 1 AS more FROM t",
            "SELECT * FROM t UNION ALL SELECT * FROM t LIMIT 9",
            f"SELECT {kept}, CASE WHEN random() < 0.3 THEN NULL ELSE {name} END AS {name} FROM t",
            f"SELECT {kept}, TRY_CAST(CASE WHEN random() < 0.3 THEN ({odd})::VARCHAR "
            f"ELSE {name}::VARCHAR END AS {kind}) AS {name} FROM t",
            f"SELECT {kept}, ({odd}) AS {name} FROM t",
        ]
    )
    new = path.with_name(f".{path.name}")
    with duckdb.connect() as database:
        database.execute(f"SELECT setseed({random.random()})")
        database.execute(f"CREATE VIEW t AS FROM read_parquet('{path}')")
        database.execute(f"COPY ({sql}) TO '{new}' (FORMAT parquet)")
    shutil.move(new, path)


KINDS: dict[str, Callable[[Random], str]] = {
    "yaml": lambda random: answered(yaml_file(random)),
    "json": lambda random: answered(json_file(random)),
    "fhir": lambda random: answered(fhir_file(random)),
    "certificate": checked,
    "ndjson": lines_file,
    "csv": lambda random: relation_files(random, "csv"),
    "parquet": lambda random: relation_files(random, "parquet"),
}
AUDITED = ("ndjson", "csv", "parquet")
"""Kinds of which a mutant is a whole cohort, and takes seconds."""


def outcome(kind: str, seed: int) -> str:
    """What became of a mutant: in a word, or with the place where it broke."""
    try:
        with limited():
            return KINDS[kind](Random(f"{kind} {seed}"))
    except ClausewiseError as error:
        return "refused" if str(error).strip() else "BROKEN: no sentence"
    except (BelievedError, HangError) as error:
        return f"BROKEN: {type(error).__name__} {error}"
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        return f"BROKEN: {type(error).__name__} {error} at {at.filename}:{at.lineno}"


def main(seconds: int, seed: int = 0, *kinds: str) -> None:
    """Print what broke, and at the end the counts."""
    until = time.monotonic() + seconds
    chosen = kinds or tuple(KINDS)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in chosen}
    spent = dict.fromkeys(chosen, 0.0)
    while time.monotonic() < until:
        # The kind that took the least time is next, so that each has its share.
        kind = min(chosen, key=spent.__getitem__)
        start = time.process_time()
        found = outcome(kind, seed + sum(counts[kind].values()))
        spent[kind] += time.process_time() - start
        if found.startswith("BROKEN"):
            print(f"{kind} {seed + sum(counts[kind].values())}: {found[:400]}", flush=True)
            found = "BROKEN"
        counts[kind][found] += 1
    for kind, found_of in counts.items():
        print(kind, dict(found_of))


if __name__ == "__main__":
    main(int(sys.argv[1]), int("".join(sys.argv[2:3]) or 0), *sys.argv[3:])
