"""Every kind of file is read in UTF-8, with or without a mark; of another encoding it is said which
one was expected.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from clausewise.facts.documents.pages import pages_of
from clausewise.facts.encoding import NotUtf8Error, other_encoding, text_of
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.loading.files import load_one
from clausewise.facts.loading.folders import read_cohort
from clausewise.facts.vocabulary.installed import _toml
from clausewise.logic.analysis.text.spans import read_text
from clausewise.logic.cohort.unreadable import fault_of_csv, other_than_csv
from tests.support.places import BUNDLE_FOLDER, case_path

ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
CASE = case_path("pa-1003").read_text(encoding="utf-8")
BUNDLE = (BUNDLE_FOLDER / "pa-1003.json").read_text(encoding="utf-8")
LINE = json.dumps(json.loads(BUNDLE)) + "\n"


def of_csv(path: Path) -> None:
    if what := other_than_csv(path):
        raise ClausewiseError(what)


def of_lines(path: Path) -> None:
    (read,) = read_cohort(path)
    assert read.case is not None


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "case.yaml": (CASE, load_one),
    "bundle.json": (BUNDLE, load_one),
    "cohort.ndjson": (LINE, of_lines),
    "relation.csv": ("c,case\n1,é\n", of_csv),
    "document.txt": ("the note\n", pages_of),
    "policy.txt": ("A. One\n", read_text),
    "policy.toml": ("a = 1\n", _toml),
}


@pytest.mark.parametrize("name", READERS)
def test_a_byte_order_mark_of_utf_8_is_read(name: str, tmp_path: Path) -> None:
    text, read = READERS[name]
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    read(tmp_path / name)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32-be"])
@pytest.mark.parametrize("name", READERS)
def test_another_encoding_is_named_with_the_one_that_is_expected(
    name: str, encoding: str, tmp_path: Path
) -> None:
    text, read = READERS[name]
    (tmp_path / name).write_text(text, encoding=encoding)
    with pytest.raises(ClausewiseError) as error:
        read(tmp_path / name)
    assert f"text in {encoding[:6].upper()}" in str(error.value)
    assert "UTF-8" in str(error.value)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["{}", "case: A", "c,case\n", "\n\n{}"])
def test_an_encoding_is_known_without_its_mark(encoding: str, text: str) -> None:
    assert other_encoding(text.encode(encoding)) == encoding[:6].upper()
    with pytest.raises(NotUtf8Error, match="expected UTF-8"):
        text_of(text.encode(encoding))


@pytest.mark.parametrize("text", ["", "a", "é", "ÿþ", "\ufeff{}"])
def test_utf_8_is_no_other_encoding(text: str) -> None:
    assert other_encoding(text.encode()) == ""
    assert text_of(text.encode()) == text.removeprefix("\ufeff")


def test_the_line_of_a_letter_in_another_encoding_is_told() -> None:
    with pytest.raises(NotUtf8Error, match=r"not UTF-8 text \(line 3\); expected UTF-8"):
        text_of("a\nb\né\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"c,case\n1,A\n2,B,x\n", "line 3 has 3 columns, and the first line 2"),
        (b'c,case\n1,"A\n2,B\n', "line 3: a double quote that is not closed"),
        (b"c,case\n1,A\n2,\xe9\n", "not UTF-8 text (line 3)"),
    ],
)
def test_the_fault_of_a_file_that_is_no_csv(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_bytes(content)
    assert words in fault_of_csv(tmp_path / "cases.csv")
    assert "UTF-8" in fault_of_csv(tmp_path / "cases.csv")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_bytes(content)
    assert other_than_csv(tmp_path / "cases.csv").startswith("the file is empty")
