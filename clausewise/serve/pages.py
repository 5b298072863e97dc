"""The pages of the workbench: server-rendered HTML, which works without scripts.

The state of a page stands in its address: ``?set=PLACE=VALUE`` for each thing that is changed, as
the command ``what-if`` takes it. A small script only sends a form when something in it changes, and
puts the answer in place.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote as quoted_in_address
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

import clausewise as cw
from clausewise.api.case import Case
from clausewise.api.results import Decision
from clausewise.facts.case.editing import EditError, plain_data, value_from_text
from clausewise.facts.case.model import Source
from clausewise.facts.case.syntax import InputError, Problem
from clausewise.facts.case.writing import case_text
from clausewise.facts.documents.pages import DocumentError, pages_of
from clausewise.facts.documents.quotes import number_of
from clausewise.facts.loading.files import cases_in
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.cohort.result_files import cell
from clausewise.logic.explain.result import DISCLAIMER, FOR_PHYSICIAN_REVIEW
from clausewise.logic.language.choices import ChoiceError
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.logic.what_if.compare import difference
from clausewise.output.letter import letters
from clausewise.serve.folder import Served
from clausewise.viz.errors import PictureError
from clausewise.viz.picture.overlay import standing
from clausewise.viz.picture.picture import line_picture, policy_picture
from clausewise.viz.report.case_report import entry_rows, line_card
from clausewise.viz.report.pages import style

router = APIRouter(include_in_schema=False)
MOST_ROWS = 200
"""Cases on one page of a list."""
OWN_STYLE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""For pages that are files of their own, with their style inside and no script."""
Settings = Annotated[list[str], Query(alias="set", default_factory=list)]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("clausewise.serve", "templates"),
                PackageLoader("clausewise.viz.report", "templates"),
            ]
        ),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else printable(str(value), 4000),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    environment.filters["whole"] = Markup.escape
    environment.filters["place"] = quote_path
    return environment


def quote_path(name: object) -> str:
    """The name of a case as it stands in an address."""
    return quoted_in_address(str(name), safe="/:~")


def _page(template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    text = (
        _environment()
        .get_template(f"{template}.html.jinja")
        .render(disclaimer=DISCLAIMER, version=cw.__version__, **values)
    )
    return HTMLResponse(text, status)


def _served(request: Request) -> Served:
    served: Served = request.app.state.served
    return served


# --- the list of cases ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: a case's service line, or a file that is not valid."""

    name: str
    case: str
    procedure: str
    side: str
    determination: str
    decisive: str
    error: str = ""

    def has(self, text: str) -> bool:
        """Whether any of what is shown contains the text."""
        shown = (self.name, self.case, self.procedure, self.side, self.decisive)
        return any(text.casefold() in each.casefold() for each in shown)


def _rows(served: Served) -> Iterator[Row]:
    for name, record in served.dropped():
        yield from _rows_of(name, Case.of(record).decide())
    for listed, found in served.outcomes():
        if isinstance(found, InputError):
            yield Row(listed.name, "", "", "", "not valid", "", str(found))
        else:
            yield from _rows_of(listed.name, found)


def _rows_of(name: str, decision: Decision) -> Iterator[Row]:
    for line in decision.lines:
        yield Row(
            name,
            decision.case.case,
            line.path.name if line.path else line.procedure,
            line.side,
            str(line.determination),
            ", ".join(line.decisive),
        )


@router.get("/")
def home(request: Request, q: str = "", outcome: str = "", page: int = 1) -> Response:
    """The cases with their outcomes, with search and filter."""
    served = _served(request)
    every = list(_rows(served))
    found = [row for row in every if row.has(q) and outcome in ("", row.determination)]
    pages = max(1, -(-len(found) // MOST_ROWS))
    page = min(max(page, 1), pages)
    return _page(
        "cases",
        rows=found[(page - 1) * MOST_ROWS : page * MOST_ROWS],
        found=len(found),
        every=len(every),
        outcomes=sorted({row.determination for row in every}),
        q=q,
        outcome=outcome,
        page=page,
        pages=pages,
        address=lambda number: "/?" + urlencode({"q": q, "outcome": outcome, "page": number}),
        audits=list(served.audits()),
        problems=[],
    )


HEADS = ("name", "case", "procedure", "side", "determination", "decisive")


@router.get("/cases.csv")
def cases_csv(request: Request) -> Response:
    """The list as CSV; no text in it can be run by a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows(_cells(_rows(_served(request))))
    return _download(stream.getvalue().encode("utf-8"), "text/csv; charset=utf-8", "cases.csv")


@router.get("/cases.xlsx")
def cases_xlsx(request: Request) -> Response:
    """The list as a workbook; every cell is text."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet("cases", 0)
    for row in _cells(_rows(_served(request))):
        sheet.append(row)
    for line in sheet.iter_rows():
        for each in line:
            each.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(stream.getvalue(), kind, "cases.xlsx")


def _cells(rows: Iterable[Row]) -> Iterator[list[Any]]:
    yield [*HEADS]
    for row in rows:
        yield [cell(str(getattr(row, head))) for head in HEADS]


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


@router.post("/drop")
async def drop(request: Request) -> Response:
    """Cases from files that were dropped or chosen; they stay in memory."""
    form = await request.form(max_files=50, max_fields=10)
    files = [each for each in form.getlist("file") if isinstance(each, UploadFile)]
    contents = [(each.filename or "the file", await each.read()) for each in files]
    return await run_in_threadpool(_dropped, request, contents)


def _dropped(request: Request, contents: list[tuple[str, bytes]]) -> Response:
    served = _served(request)
    names: list[str] = []
    problems: list[str] = []
    for name, content in contents:
        try:
            names += [served.drop(each) for each in cases_in(content, name)]
        except InputError as error:
            problems.append(str(error))
    if problems or not names:
        return _page("problems", 422, problems=problems or ["no file was chosen"])
    return RedirectResponse(f"/case/{names[0]}" if len(names) == 1 else "/", status_code=303)


# --- entering a case --------------------------------------------------------------------------


@router.get("/new")
def new(procedure: str = "27279") -> Response:
    """A blank case to fill in."""
    try:
        text = cw.template(procedure)
    except KeyError:
        raise HTTPException(404, f"no policy here has a path for {procedure[:80]}") from None
    return _page("new", text=text, problems=[], marked=[])


@router.post("/new")
async def entered(request: Request) -> Response:
    """The case that was entered, or the text again with every error beside its line."""
    form = await request.form(max_files=0, max_fields=10)
    text = str(form.get("text") or "").replace("\r\n", "\n")
    return await run_in_threadpool(_entered, request, text)


def _entered(request: Request, text: str) -> Response:
    try:
        (case,) = cases_in(text.encode("utf-8"), "the case")
    except InputError as error:
        marked: dict[int, list[Problem]] = {}
        for each in error.problems:
            marked.setdefault(each.line or 0, []).append(each)
        return _page("new", 422, text=text, problems=list(error.problems), marked=sorted(marked))
    except ValueError:
        return _page("new", 422, text=text, problems=["one case is entered at a time"], marked=[])
    return RedirectResponse(f"/case/{_served(request).drop(case)}", status_code=303)


# --- a case -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be changed at the side of a case."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    changed: bool = False


def _found(request: Request, name: str) -> Case:
    try:
        return _served(request).case(name)
    except KeyError:
        raise HTTPException(404, "there is no such case here") from None
    except InputError as error:
        raise HTTPException(422, str(error)) from None


def _settings(given: Iterable[str]) -> dict[str, Any]:
    """The settings of an address; an HTTPException for what is none."""
    found: dict[str, Any] = {}
    for each in given:
        place, sign, text = each.partition("=")
        if not sign:
            raise HTTPException(422, f"PLACE=VALUE is needed, not {each[:80]!r}")
        try:
            found[place] = text if place.startswith("reading.") else value_from_text(text)
        except EditError as error:
            raise HTTPException(422, str(error)) from None
    return found


def _changed(case: Case, given: list[str]) -> Case:
    """The case with the settings of an address; an HTTPException for one that is not possible."""
    settings = _settings(given)
    if not settings:
        return case
    try:
        changed = case.what_if(settings)
        changed.decide()  # an unknown reading is only told then
    except (EditError, InputError, ChoiceError) as error:
        raise HTTPException(422, str(error)) from None
    return changed


@router.get("/case/{name:path}/change")
def change(request: Request, name: str) -> Response:
    """The form at the side was sent: back to the case, with what differs in the address."""
    case = _found(request, name)
    before = {each.name: each.value for _, group in _fields(case, {}) for each in group}
    kept = [
        f"{place}={value}"
        for place, value in request.query_params.multi_items()
        if place in before and value != before[place]
    ]
    address = f"/case/{quote_path(name)}"
    query = _query_of(kept)
    return RedirectResponse(f"{address}?{query}" if query else address, status_code=303)


@router.get("/case/{name:path}/missing")
def missing(request: Request, name: str, given: Settings) -> Response:
    """The least documentation that would approve the case."""
    case = _changed(_found(request, name), given)
    return _answer("What is missing", name, case, given, str(case.missing()))


@router.get("/case/{name:path}/flip")
def flip(request: Request, name: str, given: Settings) -> Response:
    """What would change the determination."""
    case = _changed(_found(request, name), given)
    return _answer("What would change it", name, case, given, str(case.flip()))


@router.get("/case/{name:path}/why-not")
def why_not(request: Request, name: str, given: Settings) -> Response:
    """Every clause in the way of an approval."""
    case = _changed(_found(request, name), given)
    return _answer("What stands in the way", name, case, given, str(case.why_not()))


@router.get("/case/{name:path}/when")
def when(request: Request, name: str, given: Settings) -> Response:
    """The days of receipt on which the same record would get another determination."""
    case = _changed(_found(request, name), given)
    answer = case.when()
    return _answer("When", name, case, given, str(answer), list(_timeline(answer.value)))


def _timeline(intervals: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Each interval with its place on a line of 1000 units."""
    every = list(intervals)
    first = min((each.first for each in every), default=None)
    last = max((each.last for each in every), default=None)
    if first is None or last is None:
        return
    whole = max((last - first).days + 1, 1)
    for each in every:
        yield {
            "side": each.side,
            "first": each.first,
            "last": each.last,
            "determination": str(each.determination),
            "x": round((each.first - first).days / whole * 1000, 1),
            "width": max(round(((each.last - each.first).days + 1) / whole * 1000, 1), 1),
        }


def _answer(
    title: str,
    name: str,
    case: Case,
    given: list[str],
    text: str,
    timeline: list[dict[str, Any]] | None = None,
) -> Response:
    return _page(
        "answer",
        title=title,
        name=name,
        case=case,
        given=given,
        query=_query_of(given),
        text=text,
        timeline=timeline or [],
    )


@router.get("/case/{name:path}/letter")
def letter(
    request: Request,
    name: str,
    given: Settings,
    audience: Annotated[str, Query(alias="for")] = "member",
) -> Response:
    """The letter about a case, to preview and print."""
    if audience not in ("member", "clinician"):
        raise HTTPException(422, "letters are for a member or a clinician")
    case = _changed(_found(request, name), given)
    return _answer(f"Letter to the {audience}", name, case, given, letters(case.decide(), audience))


@router.get("/case/{name:path}/documents")
def documents(
    request: Request, name: str, given: Settings, document: str = "", page: int = 1, quote: str = ""
) -> Response:
    """The documents beside the entries that cite them; a quote leads to its place."""
    case = _changed(_found(request, name), given)
    try:
        paths = _served(request).documents_of(case)
        pages = pages_of(paths[document.lower()]) if document.lower() in paths else ()
    except DocumentError as error:
        raise HTTPException(422, str(error)) from None
    shown = pages[page - 1] if 1 <= page <= len(pages) else ""
    return _page(
        "documents",
        name=name,
        case=case,
        given=given,
        query=_query_of(given),
        paths=paths,
        document=document,
        page=page,
        pages=len(pages),
        pieces=marked_pieces(shown, quote),
        quote=quote,
        cited=[
            (row.name, row.text, source)
            for row, (_, entry) in zip(entry_rows(case, {}), case.entries(), strict=True)
            for source in entry.sources
            if isinstance(source, Source) and source.document
        ],
        findings=sorted(VOCABULARY.findings),
        place=lambda source: (
            "?"
            + urlencode(
                {
                    "document": source.document,
                    "page": number_of(source.page) or 1,
                    "quote": source.quote or "",
                }
            )
            + "".join(f"&{_query_of([each])}" for each in given)
            + "#page"
        ),
    )


@router.get("/case/{name:path}/add")
def add(
    request: Request,
    name: str,
    given: Settings,
    finding: str,
    quote: str,
    document: str,
    page: int,
    present: bool = True,
    date: str = "",
    side: str = "",
) -> Response:
    """An entry made of a passage: back to the case, with the entry in the address."""
    _found(request, name)
    entry: dict[str, Any] = {"finding": finding, "present": present}
    if date:
        entry["date"] = date
    if side:
        entry["side"] = side
    entry["source"] = {"document": document, "page": page, "quote": quote[:400]}
    query = _query_of([*given, f"findings+={json.dumps(entry)}"])
    return RedirectResponse(f"/case/{quote_path(name)}?{query}", status_code=303)


def marked_pieces(text: str, quote: str) -> list[tuple[str, bool]]:
    """The text in pieces, with those that the quote stands in marked."""
    parts = [re.escape(word) for part in re.split(r"…|\.\.\.", quote) for word in part.split()]
    if not parts:
        return [(text, False)]
    between = r"(?:\s+|-\s*\n\s*)"
    loose = between.join(r"(?:-\s*\n\s*)?".join(_letters(part)) for part in parts)
    match = re.search(loose, text, re.IGNORECASE)
    if match is None:
        return [(text, False)]
    return [(text[: match.start()], False), (match[0], True), (text[match.end() :], False)]


def _letters(escaped: str) -> list[str]:
    """The characters of an escaped word, each still escaped."""
    return re.findall(r"\\.|.", escaped)


@router.get("/case/{name:path}/report")
def report(request: Request, name: str, given: Settings) -> Response:
    """The audit report, a page of its own."""
    case = _changed(_found(request, name), given)
    return HTMLResponse(case.report(), headers={"Content-Security-Policy": OWN_STYLE})


@router.get("/case/{name:path}/case.yaml")
def file(request: Request, name: str, given: Settings) -> Response:
    """The case as a file to save."""
    case = _changed(_found(request, name), given)
    return _download(case_text(case).encode("utf-8"), "application/yaml", "case.yaml")


@router.get("/case/{name:path}/certificate.json")
def certificate_file(request: Request, name: str, given: Settings) -> Response:
    """The proof certificate to save."""
    from clausewise.logic.proof.certificate import canonical, certificate

    case = _changed(_found(request, name), given)
    text = canonical(certificate(case.decide())) + "\n"
    return _download(text.encode("utf-8"), "application/json", "proof.json")


@router.get("/case/{name:path}")
def case_page(request: Request, name: str, given: Settings) -> Response:
    """A case: outcome, reasons, graph and record, with what-if at the side."""
    own = _found(request, name)
    case = _changed(own, given)
    decision = case.decide()
    changes = difference(_served(request).decision(name), decision) if given else None
    sensitivity = ReadingSensitivity(decision)
    settings = dict(each.partition("=")[::2] for each in given)
    return _page(
        "case",
        name=name,
        case=case,
        decision=decision,
        lines=[
            (
                line_card(decision, line, sensitivity, anchor=f"{line.side}-"),
                Markup(_svg(decision, line)),
            )
            for line in decision.lines
        ],
        entries=list(entry_rows(case, {})),
        difference=changes,
        given=given,
        without=[
            (each, urlencode([("set", other) for other in given if other != each]))
            for each in given
        ],
        query=_query_of(given),
        fields=_fields(own, settings),
        for_review=FOR_PHYSICIAN_REVIEW,
    )


def _query_of(given: Iterable[str]) -> str:
    """The part of an address that says what is changed."""
    return urlencode([("set", each) for each in given])


def _svg(decision: Decision, line: Any) -> str:
    """The picture of a line; it has come through the lists of allowed names of ``viz``."""
    try:
        return line_picture(line, standing(decision, line), anchor=f"{line.side}-", link=True).svg
    except PictureError:
        return ""


_KEPT = frozenset({"id", "source", "format", "case", "note"})
"""Keys that are not offered for a change: names and sources, not facts."""


def _fields(case: Case, settings: Mapping[str, str]) -> list[tuple[str, list[Field]]]:
    """What can be changed: the request, each entry, the parameters, the readings; in groups."""
    data = plain_data(case)
    groups: list[tuple[str, list[Field]]] = []
    request = [
        (f"request.{key}", key, value)
        for key, value in data["request"].items()
        if not isinstance(value, (dict, list))
    ]
    groups.append(("request", [_field(*each, settings) for each in request]))
    for name, entries in data.items():
        if not isinstance(entries, list) or name in ("documents", "record_complete"):
            continue
        for number, entry in enumerate(entries):
            if not isinstance(entry, dict):
                continue
            key = entry.get("id") or f"[{number}]"
            place = f"{name}.{key}" if "id" in entry else f"{name}[{number}]"
            shown = [
                _field(f"{place}.{part}", part, value, settings)
                for part, value in entry.items()
                if part not in _KEPT and not isinstance(value, (dict, list))
            ]
            what = entry.get("finding") or entry.get("measure") or entry.get("kind") or ""
            title = f"{name} {entry.get('id') or number + 1} {what}".replace("_", " ")
            groups.append((title, shown))
    policy = case.decide().policy
    numbers = [
        _field(f"parameter.{each.name}", each.name, each.value, settings)
        for each in policy.parameters
    ]
    groups.append(("parameters", numbers))
    ways = [
        _field(f"reading.{each.name}", each.name, each.default, settings, tuple(each.choices))
        for each in policy.readings
    ]
    groups.append(("readings", ways))
    return groups


def _field(
    name: str,
    label: str,
    value: Any,
    settings: Mapping[str, str],
    choices: tuple[str, ...] = (),
) -> Field:
    text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
    shown = settings.get(name, str(text))
    if isinstance(value, bool):
        choices = ("true", "false")
    return Field(name, label.replace("_", " "), shown, choices, changed=name in settings)


# --- audits -----------------------------------------------------------------------------------


@router.get("/audit/{name:path}/lines")
def audit_lines(
    request: Request, name: str, determination: str = "", clause: str = "", page: int = 1
) -> Response:
    """The lines of an audit that got a determination, or rest on a clause."""
    import duckdb

    folder = _audit(request, name)
    page = max(page, 1)
    query = (
        'SELECT "case", place, line, determination, decisive FROM read_parquet(?) '
        "WHERE (? = '' OR determination = ?) AND (? = '' OR list_contains(decisive, ?)) "
        "LIMIT ? OFFSET ?"
    )
    values = [
        str(folder / "lines.parquet"),
        determination,
        determination,
        clause,
        clause,
        MOST_ROWS + 1,
        (page - 1) * MOST_ROWS,
    ]
    with duckdb.connect() as database:
        rows = database.execute(query, values).fetchall()
    return _page(
        "lines",
        name=name,
        rows=rows[:MOST_ROWS],
        more=len(rows) > MOST_ROWS,
        page=page,
        determination=determination,
        clause=clause,
        known={each.name for each in _served(request).listed()},
        address=lambda number: (
            "?" + urlencode({"determination": determination, "clause": clause, "page": number})
        ),
    )


@router.get("/audit/{name:path}")
def audit(request: Request, name: str) -> Response:
    """What an audit says: determinations, what denies, what is missing, with links to the lines."""
    folder = _audit(request, name)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return _page("audit", name=name, summary=summary)


def _audit(request: Request, name: str) -> Path:
    try:
        return _served(request).audits()[name]
    except KeyError:
        raise HTTPException(404, "there is no such audit here") from None


# --- the policy -------------------------------------------------------------------------------


@router.get("/policies")
def policies() -> Response:
    """The policies, clause by clause, with their rules on demand."""
    from clausewise.logic.policies.registry import registry

    found = [
        each.at(version.first) for each in registry() for version in reversed(each.about.versions)
    ]
    return _page("policies", policies=found)


@router.get("/policies/graph")
def policy_graph(policy: str | None = None) -> Response:
    """The graph of a whole policy, in the version that ``policy`` names."""
    from clausewise.logic.policies.registry import UnknownPolicyError

    try:
        found: Any = cw.policy(policy=policy)
    except UnknownPolicyError as error:
        raise HTTPException(404, str(error)) from None
    return _page("graph", title=found.title, svg=Markup(policy_picture(found).svg))


@router.get("/style.css")
def stylesheet() -> Response:
    """The style of reports and of this workbench."""
    from importlib.resources import files

    own = (files("clausewise.serve") / "static" / "workbench.css").read_text(encoding="utf-8")
    return Response(style("proof") + own, media_type="text/css")
