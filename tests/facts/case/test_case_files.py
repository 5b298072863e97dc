"""Reading case files: every kind of bad input gives all its errors, with path, line and advice."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.model import Source
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.syntax import MOST_BYTES
from clausewise.facts.case.validation import case_from_data, load_case, parse_case
from clausewise.facts.case.warnings import case_warnings
from clausewise.facts.columns import MOST_DECIMALS
from clausewise.logic.sql.query import NUMBER_TYPE
from tests.support.plain_yaml import read_yaml

MINIMAL = """\
format: clausewise-case/1
case: A
request: {procedure: percutaneous_sij_fusion, side: left, received: 2026-07-15}
"""


def errors(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_case(text.encode(), "case.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_the_smallest_case() -> None:
    case = parse_case(MINIMAL.encode())
    assert case.case == "A"
    assert case.request.received == date(2026, 7, 15)
    assert case.request.plan == "arkansas_passe"
    assert case.sides == ("left",)


def test_numbers_keep_their_digits_and_identifiers_stay_text() -> None:
    case = parse_case(
        (
            MINIMAL.replace("case: A", "case: 0012").replace("percutaneous_sij_fusion", "27279")
            + "measurements: [{measure: sij_pain_score, value: 4.9999999999999999999}]\n"
            + "injections: [{id: 7, relief_percent: [80, 90.0]}]\n"
        ).encode()
    )
    assert case.case == "0012"
    assert case.request.procedure == "27279"
    assert case.measurements[0].value == Decimal("4.9999999999999999999")
    assert case.injections[0].relief_percent == (80, 90)
    assert case.injections[0].id == "7"


def test_json_is_read_as_well() -> None:
    data = read_yaml(MINIMAL)
    data["request"]["received"] = "2026-07-15"
    data["case"] = "pair \U0001f600 and slash /"
    assert parse_case(json.dumps(data).encode()).case == data["case"]


def test_an_empty_key_of_a_form_counts_as_left_out() -> None:
    assert parse_case((MINIMAL + "member: {age: }\nfindings:\n").encode()).findings == ()


def test_sources_are_structured_or_plain_text() -> None:
    case = parse_case(
        (
            MINIMAL
            + "documents: [{id: H1}]\n"
            + "findings:\n"
            + "  - {finding: gaenslen, present: true, source: 'phone call'}\n"
            + "  - {finding: patrick, present: no, source: {document: H1, page: 2}}\n"
        ).encode()
    )
    assert case.findings[0].source == "phone call"
    assert case.findings[1].source == Source(document="H1", page=2)
    assert case.findings[1].present is False


TABLE = Path(__file__).parent / "tables" / "bad_input.yaml"
BAD: list[dict[str, str]] = read_yaml(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", BAD, ids=lambda row: row["name"])
def test_bad_input_is_told(row: dict[str, str]) -> None:
    found = errors(MINIMAL + row["add"])
    assert any(row["error"] in error for error in found), found


def test_long_texts_and_long_lists_are_refused() -> None:
    found = errors(MINIMAL + f"documents: [{{id: H1, title: {'x' * 5000}}}]\n")
    assert "the text has 5000 characters" in found[0]
    found = errors(MINIMAL + "findings: [" + "{finding: gaenslen, present: true}, " * 1001 + "]\n")
    assert "1001 members; expected at most 1000" in found[0]


def test_errors_of_data_stand_in_the_order_of_its_entries() -> None:
    data = {**read_yaml(MINIMAL), "findings": [{"finding": "gaenslen"}] * 12}
    with pytest.raises(InputError) as error:
        case_from_data(data)
    places = [problem.place for problem in error.value.problems if len(problem.place) == 3]
    assert [place[1] for place in places] == list(range(12))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InputError, match="unpaired surrogate"):
        parse_case(b'{"format": "clausewise-case/1", "case": "PA \\ud800"}')


def test_all_errors_of_a_file_come_together_in_the_order_of_lines() -> None:
    found = errors(
        "format: clausewise-case/2\n"
        "request:\n"
        "  procedure: percutaneous_sij_fusion\n"
        "  side: both\n"
        "  received: yesterday\n"
        "  diagnoses: [chronic_sij_pian]\n"
        "findings:\n"
        "  - {finding: gaenslen, present: perhaps, sid: left}\n"
    )
    starts = [error.split(":")[0] for error in found]
    assert starts == [
        "case (line 1)",
        "format (line 1)",
        "request.side (line 4)",
        "request.received (line 5)",
        "request.diagnoses[0] (line 6)",
        "findings[0].present (line 8)",
        "findings[0].sid (line 8)",
    ]
    assert "did you mean chronic_sij_pain?" in found[4]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("just text", "at the top"),
        ("- a\n- b\n", "at the top"),
        ("a: [1, 2\n", "not readable as YAML"),
        ("a: \x01\n", "not readable as YAML"),
        ("a: &x 1\nb: *x\n", "an anchor or alias"),
        ("a: !!python/object/apply:os.system ['true']\n", "a tag"),
        ("a: !local 1\n", "a tag"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("a: " + "[" * 50 + "]" * 50, "more than 20 levels"),
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": 1,}', "not readable as JSON"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "levels"),
        ('{"a": 1, "a": ' + "[" * 500 + "]" * 500 + "}", "key stands here twice"),
        ('{"b": ' + "[" * 30 + '{"a": 1, "a": 2}' + "]" * 30 + "}", "more than 20 levels"),
        ("[" * 200_000, "levels"),
        ('{"a": ' + "9" * 5000 + "}", "too many digits"),
        ("a: {b: 1, b: 2}\n? [x]\n: y\n", "a key that is not text"),
    ],
    ids=lambda text: text[:24],
)
def test_files_without_usable_structure(text: str, words: str) -> None:
    found = errors(text)
    assert any(words in error for error in found), found


def test_an_alias_bomb_is_refused_before_it_is_unfolded() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for above, below in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{below}: &{below} [{', '.join(['*' + above] * 9)}]\n"
    assert "an anchor or alias" in errors(bomb)[0]


def test_size_encoding_and_missing_files(tmp_path: Path) -> None:
    big = tmp_path / "big.yaml"
    big.write_bytes(b"a" * (MOST_BYTES + 1))
    with pytest.raises(InputError, match="too large"):
        load_case(big)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"case: caf\xe9\n")
    with pytest.raises(InputError, match=r"\(line 1\): not UTF-8"):
        load_case(latin)
    with pytest.raises(InputError, match="No such file"):
        load_case(tmp_path / "missing.yaml")
    with pytest.raises(InputError, match="a folder"):
        load_case(tmp_path)
    with pytest.raises(InputError, match="not a file name"):
        load_case("a\0b")


def test_json_errors_have_lines_too() -> None:
    text = '{\n"format": "clausewise-case/1",\n"case": "A",\n"case": "B",\n"request": {}\n}'
    found = errors(text)
    assert any(error.startswith("case (line 4): the key stands here twice") for error in found)


def test_a_key_too_long_for_yaml_has_its_line() -> None:
    key = "k\u00e9\\u00e9\\n" * 300
    text = f'{{\n"format": "clausewise-case/1",\n"a": {{"{key}" :\n1}},\n"{key}x": 2,\n"a": 3}}'
    with pytest.raises(InputError) as caught:
        parse_case(text.encode())
    lines = [(each.path[:3], each.line) for each in caught.value.problems]
    assert lines == [("cas", 1), ("req", 1), ("a", 3), ("'k\u00e9", 5), ("a", 6)]


@pytest.mark.parametrize("text", ["a\u2028b\x85c\u2029d", "\U0001f600", "\x7f", 'a\\b"c/\n'])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_an_editor(text: str, end: str) -> None:
    """YAML ends lines at more characters, and has no halves of escaped ones."""
    data = {"case": text, "format": "clausewise-case/1", "request": 7}
    plain = f"case: {json.dumps(text, ensure_ascii=False)}{end}format: clausewise-case/1{end}"
    for written, line in (
        (json.dumps(data, indent=1).replace("\n", end), 4),
        (json.dumps(data, indent=1, ensure_ascii=False).replace("\n", end), 4),
        (f"{plain}request: 7", 3),
    ):
        if text != "\x7f" or written.startswith("{"):
            with pytest.raises(InputError) as caught:
                parse_case(written.encode())
            assert [(each.path, each.line) for each in caught.value.problems] == [("request", line)]


def test_plain_data_is_checked_in_the_same_way() -> None:
    data: dict[str, Any] = {
        "format": "clausewise-case/1",
        "case": "A",
        "request": {"procedure": "x", "side": "left", "received": date(2026, 7, 15)},
    }
    assert case_from_data(data).request.received == date(2026, 7, 15)
    data["measurements"] = [{"measure": "sij_pain_score", "value": float("nan")}]
    with pytest.raises(InputError, match="is not a number"):
        case_from_data(data)


def test_a_repeated_key_and_its_wrong_first_value_each_have_their_line() -> None:
    text = '{\n"format": "clausewise-case/1",\n"case": [],\n"case": "C1"\n}'
    with pytest.raises(InputError) as told:
        parse_case(text.encode(), "c.json")
    lines = {(problem.path, problem.line) for problem in told.value.problems}
    assert {("case", 3), ("case", 4)} <= lines


def test_a_comment_beside_a_value_is_no_part_of_it() -> None:
    case = parse_case(
        (
            MINIMAL.replace("case: A", "case: A  # of today")
            + "documents: [{id: H1, title: 'visit #3, left: sore'}]  # one\n"
            + "findings:\n  - finding: gaenslen  # a test\n    present: true\n"
        ).encode()
    )
    assert (case.case, case.documents[0].title) == ("A", "visit #3, left: sore")


def test_numbers_are_one_value_however_they_are_written() -> None:
    def score(text: str) -> object:
        added = f"measurements: [{{measure: sij_pain_score, value: {text}}}]"
        return parse_case((MINIMAL + added).encode()).measurements[0].value

    assert score("7") == score("7.0") == score("70e-1") == score("7." + 40 * "0") == 7
    assert score("1e-30") == Decimal("1e-30")


def test_columns_hold_every_number_that_a_case_may_have() -> None:
    assert f"DECIMAL(38, {MOST_DECIMALS})" == NUMBER_TYPE


@pytest.mark.parametrize(
    ("procedure", "meant"),
    [
        (" 27279", "27279"),
        ("27279-50", "27279"),
        ("27279 LT", "27279"),
        ("27279LT", "27279"),
        ("CPT 27280", "27280"),
        ("2727\u200b8", "27278"),
        ("٢٧٢٧٩", "27279"),
        ("27279/27280", "27279 or 27280"),
        ("perc_sij_fusion", "percutaneous_sij_fusion"),
        ("percutanous_sij_fusion", "percutaneous_sij_fusion"),
        ("Percutaneous SIJ fusion", "percutaneous_sij_fusion"),
        ("percutaneous_sijfusion ", "percutaneous_sij_fusion"),
        ("open sji fusion", "open_sij_fusion"),
    ],
)
def test_a_procedure_that_is_written_otherwise_is_refused(procedure: str, meant: str) -> None:
    data = read_yaml(MINIMAL)
    data["request"] |= {"procedure": procedure, "received": "2026-07-15"}
    with pytest.raises(InputError) as caught:
        case_from_data(data)
    (problem,) = caught.value.problems
    assert problem.path == "request.procedure"
    assert problem.found.endswith(f"did you mean {meant}?")


@pytest.mark.parametrize(
    "plan",
    ["Arkansas PASSE", "arkansas_passe ", "arkansas-passe", "Arkansas Pass", "AR PASSE"],
)
def test_a_plan_that_is_written_otherwise_is_refused(plan: str) -> None:
    assert (
        "did you mean arkansas_passe?"
        in errors(MINIMAL.replace("side:", f"plan: '{plan}', side:"))[0]
    )


@pytest.mark.parametrize(
    "procedure",
    ["27447", "272790", "percutaneous_hip_fusion", "open_hip_fusion", "knee replacement"],
)
def test_any_other_procedure_is_not_governed_and_needs_no_side(procedure: str) -> None:
    case = parse_case(
        MINIMAL.replace("percutaneous_sij_fusion, side: left", f"'{procedure}'").encode()
    )
    assert case.request.procedure == procedure
    assert case.sides == ("unstated",)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("procedure: SIJ fusion", "did you mean open_sij_fusion or percutaneous_sij_fusion?"),
        ("procedure: '272790'", "did you mean 27279?"),
        ("procedure: E0720", "'E0720' is not governed"),
        ("procedure: lumbar fusion", "'lumbar fusion' is not governed"),
        ("procedure: '27279', plan: CareSource PASSE", "did you mean arkansas_passe?"),
        ("procedure: '27279', plan: Medicare Advantage", "did you mean medicare?"),
        ("procedure: '27279', plan: Georgia Medicaid", "'Georgia Medicaid' is not governed"),
    ],
)
def test_what_is_not_governed_is_told_with_the_nearest_names(asked: str, near: str) -> None:
    text = MINIMAL.replace("procedure: percutaneous_sij_fusion", asked)
    (warning,) = case_warnings(parse_case(text.encode()))
    assert warning.endswith(near)


@pytest.mark.parametrize("asked", ["'27096'", "sij_injection", "'27279', plan: medicare"])
def test_a_procedure_that_no_policy_of_the_plan_governs_needs_no_side(asked: str) -> None:
    case = parse_case(MINIMAL.replace("percutaneous_sij_fusion, side: left", asked).encode())
    assert case.sides == ("unstated",)


@pytest.mark.parametrize("procedure", ["27279", "open_sij_fusion"])
def test_a_procedure_of_the_policy_needs_a_side(procedure: str) -> None:
    text = MINIMAL.replace("percutaneous_sij_fusion, side: left", procedure)
    assert errors(text) == [
        "request.side (line 3): the key is missing; expected left, right or bilateral"
    ]


def test_errors_of_a_case_are_told_up_to_fifty_and_the_others_counted() -> None:
    text = "format: clausewise-case/1\ncase: a\nfindings:\n" + "  - {finding: nothing}\n" * 900
    with pytest.raises(InputError) as caught:
        parse_case(text.encode(), "a.yaml")
    problems = caught.value.problems
    assert len(problems) == 51
    assert str(caught.value).startswith("a.yaml: 1801 errors\n")
    assert "1751 more errors are not told here" in str(problems[-1])
    assert len(str(caught.value)) < 20_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(MINIMAL.encode()), "a compressed file (gzip)"),
        (MINIMAL.encode("utf-16"), "text in UTF-16"),
        (b"PK\x03\x04...", "a compressed file (zip) or one of an office program"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Bundle/>', "XML or HTML"),
        (b"request:\n\tside: left\n", "(line 2): a tab; expected blanks in its place"),
    ],
)
def test_a_file_of_another_kind_is_told(content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        parse_case(content)
