"""Quotes are found where they stand, whatever the lines, and named where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clausewise as cw
from clausewise.facts.case.editing import edited
from clausewise.facts.documents.pages import DocumentError, documents_in, pages_of
from clausewise.facts.documents.quotes import Standing, check_quotes, stands_in
from tests.support.fictional_documents import FOLDER, written
from tests.support.places import case_path

NAMES = ("pa-1001", "pa-1003", "pa-1004")
WORDS = st.lists(st.text("abcdefg", min_size=1, max_size=7), min_size=1, max_size=12)


@pytest.mark.parametrize("kind", ["text", "pdf"])
@pytest.mark.parametrize("name", NAMES)
def test_every_quote_of_the_examples_with_documents_stands_there(name: str, kind: str) -> None:
    checks = check_quotes(cw.load(case_path(name)), FOLDER / name / kind)
    assert len(checks) >= 10
    assert [each for each in checks if each.standing is not Standing.THERE] == []


def test_the_pdf_files_are_those_of_the_texts() -> None:
    for path in FOLDER.glob("*/text/*.txt"):
        texts = pages_of(path)
        pages = pages_of(path.parents[1] / "pdf" / f"{path.stem}.pdf")
        assert [page.split() for page in pages] == [text.split() for text in texts]


@pytest.mark.parametrize(
    ("changes", "standing", "pages"),
    [
        ({"quote": "80 % relief", "page": 5, "document": "H2"}, Standing.OTHER_PAGE, (3,)),
        ({"quote": "90 % relief", "page": 3, "document": "H2"}, Standing.NOWHERE, ()),
        ({"quote": "80 % relief", "page": 9, "document": "H2"}, Standing.NO_PAGE, (3,)),
        ({"quote": "80 % relief", "document": "H2"}, Standing.THERE, (3,)),
    ],
)
def test_a_quote_that_does_not_stand_there_is_named(
    changes: dict[str, object], standing: Standing, pages: tuple[int, ...]
) -> None:
    case = edited(cw.load(case_path("pa-1003")), [("injections.I1.source", changes)])
    (found,) = (each for each in check_quotes(case, FOLDER / "pa-1003/text") if each.entry == "I1")
    assert (found.standing, found.pages) == (standing, pages)
    assert found.sentence


def test_a_document_that_is_not_in_the_folder_is_named(tmp_path: Path) -> None:
    checks = check_quotes(cw.load(case_path("pa-1003")), tmp_path)
    assert {each.standing for each in checks} == {Standing.NO_DOCUMENT}


@given(WORDS, WORDS, WORDS, st.sampled_from(["\n", "  ", " \r\n ", "\t"]))
def test_words_stand_there_however_they_are_broken(
    before: list[str], quoted: list[str], after: list[str], gap: str
) -> None:
    page = gap.join([*before, *quoted, *after])
    assert stands_in(" ".join(quoted), page)
    assert stands_in(" ".join(quoted).upper(), page)


@given(WORDS, st.integers(0, 11), st.text("hijkl", min_size=1, max_size=7))
def test_a_changed_word_does_not_stand_there(words: list[str], place: int, other: str) -> None:
    changed = list(words)
    changed[place % len(words)] = other
    assert not stands_in(" ".join(changed), " ".join(words))


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("without lasting benefit", "with-\nout lasting bene-\n fit"),
        ('the "best" day', "the “best” day"),
        ("pain … benefit", "pain at first, then benefit"),
        ("2025-2026", "2025–2026"),
    ],
)
def test_hyphens_marks_and_words_left_out_do_not_matter(quote: str, page: str) -> None:
    assert stands_in(quote, page)


def test_words_left_out_keep_their_order() -> None:
    assert not stands_in("benefit … pain", "pain at first, then benefit")
    assert not stands_in("…", "anything")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "H1.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "H2.txt").write_bytes(b"\xff\xfe\x00")
    for name in ("H1.pdf", "H2.txt", "H3.txt"):
        with pytest.raises(DocumentError, match=name):
            pages_of(tmp_path / name)
    (tmp_path / "h2.pdf").write_bytes(written("x"))
    with pytest.raises(DocumentError, match="of one document"):
        documents_in(tmp_path)
    with pytest.raises(DocumentError, match="a folder"):
        documents_in(tmp_path / "nowhere")
