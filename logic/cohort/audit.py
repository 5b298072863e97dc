"""Auditing a cohort: every case decided, and what the decisions say together.

The run reads, decides and writes into a folder of its own beside the wanted one, whose results take
the wanted name only when everything is there: a run that was killed leaves nothing that looks like
a result, and two runs do not mix.
"""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from glob import escape
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from clausewise.facts.case.problems import InputError
from clausewise.facts.errors import INTERRUPTED, ClausewiseError
from clausewise.facts.loading.folders import OF_A_RUN, CohortError
from clausewise.logic.cohort import SAMPLE
from clausewise.logic.cohort.adverse import adverse_count, adverse_lines
from clausewise.logic.cohort.file_columns import RelationError
from clausewise.logic.cohort.input_digest import digest_of
from clausewise.logic.cohort.question import AuditQuestion
from clausewise.logic.cohort.reading import fill_in_parts
from clausewise.logic.cohort.rejected import RejectedCases
from clausewise.logic.cohort.relation_writer import RelationWriter
from clausewise.logic.cohort.result_files import write_results
from clausewise.logic.cohort.results import LineResults
from clausewise.logic.cohort.sample import DifferenceError, check_sample
from clausewise.logic.cohort.sensitivity import find_sensitive_lines
from clausewise.logic.cohort.store import Basis, CohortStore
from clausewise.logic.cohort.summary import Summary, summary_of
from clausewise.logic.cohort.tables import REJECTED, are_relations
from clausewise.logic.decision.decide import Decision, DisagreementError
from clausewise.logic.language.choices import Choices, check_answer, choose
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.sql.decisive import lines_query

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MOST_OF_NAME = 60
"""Characters of the wanted folder's name that the name of the run's own folder begins with."""
_MEMORY = re.compile(r"[1-9]\d{0,6}(MB|GB|MiB|GiB)")


class AuditError(ClausewiseError):
    """The audit cannot be made so; the message says what to do."""


def audit(
    cohort: str | Path,
    output: str | Path,
    policy: Policy,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    other_readings: Mapping[str, str] | None = None,
    other_parameters: Mapping[str, int] | None = None,
    against: Policy | None = None,
    memory: str | None = None,
    sensitivity: bool = False,
    progress: Callable[[int], None] | None = None,
    pages: Callable[[Summary, Path], Mapping[str, str]] | None = None,
    processes: int = 1,
    spark: SparkSession | None = None,
    sample: int | None = None,
    letters: Callable[[Path, Iterable[tuple[Decision, Collection[str]]]], int] | None = None,
    what_if: bool = False,
) -> Summary:
    """Decide every case of a cohort and write the results to a new folder.

    ``other_readings`` and ``other_parameters`` ask a what-if: who would be decided otherwise.
    ``against`` is another policy, under which each line is decided as well: each case then counts
    as one of a plan of both, and both policies as in force on the day of receipt.
    ``memory`` limits DuckDB ("2GB"); ``sensitivity`` adds to each line whether any combination of
    readings changes its determination; ``progress`` is
    called with how many cases were read; ``pages`` makes pages and pictures, by the names of their
    files, of the summary and of the folder in which the results stand meanwhile; ``processes`` read
    case files and lines of JSON; ``spark`` is a session that decides a cohort of relations instead
    of DuckDB. So many lines as ``sample`` says (200), drawn at random, are decided with pyDatalog
    as well. ``letters`` writes the letters about the first denied and pended lines into a new
    folder, and says about how many. Raises CohortError, ChoiceError, WhatIfError for letters under
    other choices than the policy's own unless ``what_if`` allows them, and AuditError when the
    folder exists or cannot be written, no case is valid, ``memory`` is no amount, relations cannot
    be used, Spark is asked for what it cannot do, two questions are asked at once, the cohort
    changes meanwhile, or pyDatalog decides a line of the sample otherwise.
    """
    target = Path(output)
    if memory is not None and not _MEMORY.fullmatch(memory):
        raise AuditError(f"{memory!r} is not an amount of memory; expected one such as 2GB")
    if sensitivity and spark is not None:
        raise AuditError("Spark does not tell of sensitivity to readings; leave one of them out")
    choices = choose(policy, readings, parameters)
    other = None
    if other_readings or other_parameters:
        other = choose(
            policy,
            {**(readings or {}), **(other_readings or {})},
            {**(parameters or {}), **(other_parameters or {})},
        )
    if against is not None and (spark is not None or readings or parameters or other):
        raise AuditError(
            "two policies are compared in DuckDB, under their own readings and parameters; "
            "leave --spark, --set, --reading and --parameter out"
        )
    question = AuditQuestion(policy, choices, other, against)
    if letters is not None:
        check_answer(question.what_if, "a letter", allowed=what_if)
    asked = question.asked
    with _new_folder(target) as (folder, scratch), ExitStack() as opened:
        digest = digest_of(Path(cohort))
        programs = dict.fromkeys(basis.program for basis in asked.values())
        store = CohortStore(*programs, folder=scratch, memory=memory)
        opened.callback(store.database.close)  # before the folder goes, where something fails
        results = LineResults(scratch / "lines")
        with RejectedCases(folder / REJECTED, progress) as rejected:
            if spark is not None:
                _decide_on_spark(spark, Path(cohort), store, asked, scratch, results, rejected)
            else:
                parts = fill_in_parts(cohort, store, rejected, processes, all_readings=sensitivity)
                for _ in parts:
                    _decide_part(store, asked, results, choices if sensitivity else None)
                    store.forget()
        counts = _counts(cohort, rejected)
        results.show(store)
        size = SAMPLE if sample is None else sample
        checked = _checked_sample(store, Path(cohort), asked, digest, size)
        summary = summary_of(store, question, counts, digest, checked)
        summary.fhir = dict(rejected.of_fhir) or None
        if letters is not None:
            written = _letters(letters, store, Path(cohort), choices, folder / "letters")
            summary.letters = {"lines": adverse_count(store), "written": written}
        write_results(store, summary, folder)
        store.database.close()
        for name, text in pages(summary, folder).items() if pages is not None else ():
            (folder / name).write_text(text, encoding="utf-8")
    return summary


def relations(
    cohort: str | Path,
    output: str | Path,
    policy: Policy,
    *,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> dict[str, int]:
    """Write the facts of a cohort's cases to a new folder, a Parquet file a relation.

    Gives how many cases were read, written (``decided``) and rejected; where some were FHIR also
    their ``resources``, how many of these were ``used``, and the ``remarks`` on them; where several
    cases have one name the number of such names, ``repeated_names``. Raises CohortError, and
    AuditError when the folder exists, no case is valid or the cohort changes meanwhile.
    """
    with _new_folder(Path(output)) as (folder, scratch), ExitStack() as opened:
        digest = digest_of(Path(cohort))
        store = CohortStore(program_of(policy), folder=scratch)
        opened.callback(store.database.close)
        written = RelationWriter(store, folder)
        with RejectedCases(folder / REJECTED, progress) as rejected:
            for _ in fill_in_parts(cohort, store, rejected, processes):
                written.add()
                store.forget()
        counts = _counts(cohort, rejected)
        check_unchanged(Path(cohort), digest)
        repeated = written.close()
    of_fhir = rejected.of_fhir
    if repeated:
        counts["repeated_names"] = repeated
    return counts | {key: of_fhir[key] for key in ("resources", "used", "remarks") if of_fhir}


@contextmanager
def _new_folder(target: Path) -> Iterator[tuple[Path, Path]]:
    """A folder for results, which takes the wanted name when everything is there, and one for
    files in between.

    Both are in a folder of this run's own beside the wanted one, which goes at the end. What cannot
    be written, and relations that cannot be used, are an error of the audit.
    """
    if target.exists() or target.is_symlink():
        raise AuditError(f"{target}: the folder exists; name a new one")
    own: Path | None = None
    beside = f".{target.name[:MOST_OF_NAME]}."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        own = Path(mkdtemp(prefix=beside, dir=target.parent))
        # The folder made by mkdtemp is for its user alone; this one is as others are.
        results, scratch = (own / name for name in OF_A_RUN)
        results.mkdir()
        scratch.mkdir()
        yield results, scratch
        _give_name(results, target)
    except RelationError as error:
        raise AuditError(str(error)) from None
    except OSError as error:
        named = str(error.filename or target)
        # The folder of this run is not what the user named.
        named = str(target) if named.startswith(str(target.parent / beside)) else named
        raise AuditError(f"{named}: {error.strerror or error}") from None
    except RuntimeError as error:
        if str(error) == INTERRUPTED:
            raise KeyboardInterrupt from None
        raise
    finally:
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)


def _give_name(results: Path, target: Path) -> None:
    """Give the folder its name; raises AuditError when another run has taken it meanwhile."""
    try:
        results.rename(target)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            raise
        raise AuditError(f"{target}: it exists by now; name a new folder") from None


def _checked_sample(
    store: CohortStore, cohort: Path, asked: Mapping[str, Basis], digest: str, size: int
) -> dict[str, int]:
    """The seed of the sample and how many lines it has, after pyDatalog has decided them alike.

    The seed is drawn from the digest, so that the same cohort gives the same results. Raises
    AuditError when a line differs, or when the cohort is not what it was at the start.
    """
    seed = int(digest[:12], 16)
    differs: str | None = None
    lines = 0
    try:
        lines = check_sample(store, cohort, asked, seed, size)
    except (DifferenceError, DisagreementError) as error:
        differs = str(error)
    except (KeyError, CohortError, InputError):
        # A case of the sample cannot be read any more; the digest tells.
        differs = "a case of the sample is not there any more"
    check_unchanged(cohort, digest)
    if differs is not None:
        raise AuditError(f"{cohort}: {differs}")
    return {"seed": seed, "lines": lines}


def check_unchanged(cohort: Path, digest: str) -> None:
    """Raises AuditError when the files of a cohort are not those that had this digest."""
    if digest_of(cohort) != digest:
        raise AuditError(f"{cohort}: it changed while it was read; repeat this when it is at rest")


def _letters(
    write: Callable[[Path, Iterable[tuple[Decision, Collection[str]]]], int],
    store: CohortStore,
    cohort: Path,
    choices: Choices,
    folder: Path,
) -> int:
    try:
        return write(folder, adverse_lines(store, cohort, choices))
    except (DifferenceError, DisagreementError) as error:
        raise AuditError(f"{cohort}: {error}") from None


def _counts(cohort: str | Path, rejected: RejectedCases) -> dict[str, int]:
    """How many cases were read; raises AuditError when none of them is valid."""
    counts = rejected.counts()
    if not counts["read"]:
        raise AuditError(f"{cohort}: there is no case in it")
    if not counts["decided"]:
        raise AuditError(
            f"{cohort}: none of the {counts['read']} cases is valid; the first, {rejected.first}"
        )
    return counts


def _decide_part(
    store: CohortStore,
    asked: Mapping[str, Basis],
    results: LineResults,
    sensitive: Choices | None,
) -> None:
    """Decide the cases in the store on each basis.

    With ``sensitive`` also whether readings other than these choices change each line.
    """
    if sensitive is not None:
        find_sensitive_lines(store, sensitive)
    for name, basis in asked.items():
        labels = store.decide(basis.choices, basis.program).labels
        query = f"{lines_query(basis.program.policy, basis.choices, labels)} ORDER BY c, line"
        results.write(store, name, store.database.sql(query))
        store.database.execute("DROP TABLE determinations")


def _decide_on_spark(
    session: SparkSession,
    cohort: Path,
    store: CohortStore,
    asked: Mapping[str, Basis],
    scratch: Path,
    results: LineResults,
    rejected: RejectedCases,
) -> None:
    """Let Spark decide on each basis."""
    from clausewise.logic.cohort.spark import SparkCohort

    if not are_relations(cohort):
        raise AuditError("Spark reads relations; `clausewise relations` makes them of case files")
    found = SparkCohort(session, store.program, cohort, scratch)
    for each in found.rejected:
        rejected.add(each)
    rejected.count_valid(found.valid)
    try:
        for name, basis in asked.items():
            written = scratch / f"spark-{name}"
            found.decide(basis.choices).write.parquet(str(written))
            rows = store.database.read_parquet(f"{escape(str(written))}/*.parquet")
            results.write(store, name, rows.order("c, line"))
    finally:
        found.forget()
