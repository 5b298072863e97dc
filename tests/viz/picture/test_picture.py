"""Pictures: everything is there, nothing overlaps, text stays text, and errors are sentences."""

from __future__ import annotations

import re
import shutil
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.supporting import carrying
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.gates import gate_of
from clausewise.logic.what_if.compare import what_if
from clausewise.viz.errors import PictureError, RenderError
from clausewise.viz.picture import render
from clausewise.viz.picture.boxes import Boxes
from clausewise.viz.picture.drawing import safe
from clausewise.viz.picture.impact import impact_picture
from clausewise.viz.picture.layout import Layout, place_path
from clausewise.viz.picture.looks import LOOKS
from clausewise.viz.picture.overlay import nothing, standing
from clausewise.viz.picture.picture import (
    Picture,
    case_picture,
    clause_picture,
    difference_picture,
    path_boxes,
    policy_picture,
)
from clausewise.viz.picture.svg import clean
from tests.support.examples import PROGRAM, decided, example
from tests.support.places import CASE_FILES

HOSTILE = 'x"]; evil [label=<b>"\\" \u202egnp.exe </style><script>alert(1)</script>'


def placed(path_number: int, *, facts: bool = False) -> Layout:
    path = POLICY.paths[path_number]
    boxes = Boxes(PROGRAM, nothing(POLICY, choose(POLICY, None, None), "title"), facts=facts)
    layout = Layout()
    place_path(layout, path_boxes(boxes, path, first=True, alone=True), 0.0, 0.0)
    return layout


def published(root: str) -> list[str]:
    return [label for label in POLICY.labels_below(root) if POLICY.clauses[label].published]


# --- what is there ----------------------------------------------------------------------------


def test_the_whole_policy_is_on_one_landscape_page() -> None:
    picture = policy_picture(POLICY)
    root = ElementTree.fromstring(picture.svg)
    assert float(root.attrib["width"]) > 1.3 * float(root.attrib["height"])
    for path in POLICY.paths:
        for start in (path.root, *path.exclusions):
            for label in published(start):
                assert f'id="clause-{label}"' in picture.svg


@pytest.mark.parametrize("number", [0, 1])
def test_every_unlabelled_part_is_named_in_the_picture_of_its_path(number: int) -> None:
    path = POLICY.paths[number]
    text = "\n".join(policy_picture(POLICY, path=path).outline).replace(" ", "").replace("\n", "")
    for start in (path.root, *path.exclusions):
        for label in POLICY.labels_below(start):
            clause = POLICY.clauses[label]
            in_force = gate_of(PROGRAM, start, choose(POLICY, None, None)).parts
            if not clause.published and (label in in_force or start == path.root):
                assert clause.name.replace("_", "").replace(" ", "").lower() in text.lower(), label


@pytest.mark.parametrize("facts", [False, True])
@pytest.mark.parametrize("number", [0, 1])
def test_boxes_do_not_overlap_and_no_line_runs_through_one(number: int, facts: bool) -> None:
    layout = placed(number, facts=facts)
    boxes = layout.boxes
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            beside = one.right <= other.x or other.right <= one.x
            apart = one.bottom <= other.y or other.bottom <= one.y
            assert beside or apart, (one.box.label, other.box.label)
    for elbow in layout.elbows:
        ends = {id(elbow.above), id(elbow.below)}
        for (x1, y1), (x2, y2) in zip(elbow.points, elbow.points[1:], strict=False):
            for each in boxes:
                if id(each.box) in ends:
                    continue
                within = each.x < max(x1, x2) and min(x1, x2) < each.right
                crossing = each.y < max(y1, y2) and min(y1, y2) < each.bottom
                assert not (within and crossing), (elbow.below.label, each.box.label)


def test_boxes_stand_in_the_documents_order() -> None:
    order = list(POLICY.clauses)
    labels = [each.box.label for each in placed(1).boxes if each.box.label.startswith("D.I.B.")]
    assert labels == sorted(labels, key=order.index)


@pytest.mark.parametrize(
    ("label", "readings", "parameters", "words"),
    [
        ("D.I.B", {}, {}, "ALL OF 11"),
        ("D.I.A.1", {}, {}, "ANY OF 5"),
        ("D.I.B.6", {}, {}, "≥ 2 OF 3"),
        ("D.I.B.6", {}, {"minimum_provocative_tests": 3}, "≥ 3 OF 3"),
        ("D.I.B.6", {"provocative_pool": "all_five"}, {}, "≥ 2 OF 5"),
        ("D.I.B.9.a.studies", {}, {}, "ALL OF 2"),
        ("D.I.B.2", {}, {}, ""),
    ],
)
def test_a_gate_is_read_off_the_rules_in_force(
    label: str, readings: dict[str, str], parameters: dict[str, int], words: str
) -> None:
    assert gate_of(PROGRAM, label, choose(POLICY, readings, parameters)).words == words


@pytest.mark.parametrize("reading", [each.name for each in POLICY.readings])
def test_gates_have_parts_under_every_reading(reading: str) -> None:
    for value in POLICY.reading[reading].choices:
        choices = choose(POLICY, {reading: value}, None)
        for label, clause in POLICY.clauses.items():
            if clause.gate:
                gate = gate_of(PROGRAM, label, choices)
                assert gate.parts
                assert set(gate.parts) <= set(POLICY.clauses)


@pytest.mark.parametrize("reading", [each.name for each in POLICY.readings])
def test_no_clause_stands_twice_in_a_picture_under_any_reading(reading: str) -> None:
    for value in POLICY.reading[reading].choices:
        choices = choose(POLICY, {reading: value}, None)
        ids = re.findall(r' id="([^"]+)"', policy_picture(POLICY, choices=choices).dot)
        assert len(ids) == len(set(ids)), value


def test_parts_that_a_gate_borrows_are_named_in_its_box() -> None:
    choices = choose(POLICY, {"provocative_pool": "all_five"}, None)
    text = " ".join(policy_picture(POLICY, choices=choices).outline)
    assert "and D.I.B.5.thigh_thrust" in text


# --- what is laid over it ---------------------------------------------------------------------


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_what_decides_is_carried_and_lit(path: Path) -> None:
    decision = decided(path.stem)
    for line in decision.lines:
        carried = carrying(decision, line)
        assert set(line.decisive) <= carried
        overlay = standing(decision, line, why=True)
        lit = {label for label, shown in overlay.clauses.items() if shown.lit}
        assert set(line.decisive) <= lit
        for label, shown in overlay.clauses.items():
            assert shown.word
            assert shown.lit != shown.faded, label


def test_a_part_that_is_not_met_below_a_met_gate_carries_nothing() -> None:
    decision = decided("pa-1003")
    line = decision.lines[0]
    assert line.statuses["D.I.B.6.b"] == "not_met"
    assert "D.I.B.6.b" not in carrying(decision, line)
    assert standing(decision, line).of("D.I.B.6.b").look == "aside"
    assert standing(decision, line).of("D.I.B.7").look == "bad"


def test_a_difference_marks_what_changed_with_both_words() -> None:
    case = example("pa-1003")
    found = what_if(case, POLICY, {"reading.block_relief": "any_occasion"})
    text = " ".join(" ".join(difference_picture(found, "left").outline).split())
    assert "► D.I.B.7 Diagnostic blocks not met → met" in text
    assert "NOT MEDICALLY NECESSARY → MEDICALLY NECESSARY" in text
    assert "► D.I.B.2" not in text


def test_a_changed_number_is_shown_with_the_policys_own() -> None:
    choices = choose(POLICY, None, {"minimum_pain_score": 7})
    picture = policy_picture(POLICY, path=POLICY.paths[1], choices=choices)
    assert "least pain score: 7 points of 10 (policy: 5)" in "\n".join(picture.outline)


def test_a_case_that_no_path_governs_has_no_picture() -> None:
    case = load_case(CASE_FILES[0])
    request = case.request.model_copy(update={"procedure": "27096"})
    decision = decide_case(case.model_copy(update={"request": request}), POLICY)
    with pytest.raises(PictureError, match="no criteria"):
        case_picture(decision, decision.lines[0])


# --- legible for everybody --------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", list(LOOKS))
def test_text_and_lines_stand_out_from_their_ground(name: str) -> None:
    look = LOOKS[name]
    assert contrast(look.text, look.fill) >= 4.5
    if not name.startswith("aside"):
        assert contrast(look.line, "#FFFFFF") >= 3


def test_no_two_statuses_differ_by_colour_alone() -> None:
    strong = [LOOKS[name] for name in ("good", "bad", "open", "conflict", "changed")]
    assert len({look.mark for look in strong}) == len(strong)
    lightness = sorted(luminance(look.fill) for look in strong)
    assert lightness[1] - lightness[0] > 0.4  # not met is dark, the others are pale


# --- text stays text --------------------------------------------------------------------------


def hostile(picture_of: str) -> Picture:
    case = load_case(CASE_FILES[2]).model_copy(update={"case": HOSTILE})
    decision = decide_case(case, POLICY)
    if picture_of == "case":
        return case_picture(decision, decision.lines[0])
    found = what_if(case, POLICY, {"reading.block_relief": "any_occasion"})
    return difference_picture(found, "left", title=HOSTILE)


@pytest.mark.parametrize("kind", ["case", "difference"])
def test_hostile_text_is_drawn_as_text(kind: str) -> None:
    svg = hostile(kind).svg
    root = ElementTree.fromstring(svg)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "g", "path", "polygon", "polyline", "ellipse", "text", "title", "desc"}
    assert "\u202e" not in svg
    assert "evil" in "".join(root.itertext())
    plain = case_picture(decided("pa-1003"), decided("pa-1003").lines[0]).svg
    assert svg.count('class="node"') >= plain.count('class="node"')


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a\x00b\x08c", "abc"),
        ("\u202eabc", "abc"),
        ("x\\", "x\\"),
        ('"', "&quot;"),
    ],
)
def test_labels_are_escaped(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
        b"<html/>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><g>',
        b"\x89PNG",
    ],
)
def test_what_is_no_plain_svg_is_refused(raw: bytes) -> None:
    with pytest.raises(RenderError, match="SVG"):
        clean(raw, "t", "d")


def test_only_drawing_comes_through() -> None:
    raw = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        b'onload="x()"><script>x()</script><g onclick="x()"><a xlink:href="javascript:x()">'
        b'<text style="x">word</text></a><a xlink:href="#here"><text>link</text></a></g>'
        b'<foreignObject><p/></foreignObject><image href="http://x"/></svg>'
    )
    svg = clean(raw, "a <title>", 'a "note"')
    for bad in ("script", "onload", "onclick", "javascript", "style", "foreignObject", "image"):
        assert bad not in svg
    assert 'href="#here"' in svg
    assert "a &lt;title&gt;" in svg


# --- renderers --------------------------------------------------------------------------------


def test_a_picture_has_title_description_and_tips_for_every_box() -> None:
    picture = case_picture(decided("pa-1003"), decided("pa-1003").lines[0])
    root = ElementTree.fromstring(picture.svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root[0].tag == f"{space}title"
    assert root[0].text == "Case PA-1003, left"
    assert root[1].tag == f"{space}desc"
    assert "D.I.B.7 not met" in str(root[1].text)
    node = next(each for each in root.iter() if each.get("id") == "clause-D.I.B.2")
    assert any("a joint pain score of at least" in text for text in node.itertext())


def test_an_unlabelled_part_inside_a_box_can_be_clicked() -> None:
    root = ElementTree.fromstring(clause_picture(POLICY, "D.I.B.1").svg)
    node = next(each for each in root.iter() if each.get("id") == "clause-D.I.B.1.posterior")
    shape = next(each for each in node.iter() if each.tag.endswith("}polygon"))
    assert shape.get("fill") != "none" or shape.get("pointer-events") == "all"


def test_links_lead_to_the_proof_of_the_clause_where_asked() -> None:
    decision = decided("pa-1003")
    svg = case_picture(decision, decision.lines[0], prefix="left-", link=True).svg
    assert 'href="#left-proof-D.I.B.7"' in svg
    assert 'id="left-clause-D.I.B.7"' in svg
    assert "href" not in case_picture(decision, decision.lines[0]).svg


def test_both_renderers_draw_the_same_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [
        shutil.which("dot"),
        str(Path(sysconfig.get_path("scripts"), "graphviz-pure")),
    ]
    found = []
    for program in programs:
        if program is None:
            pytest.skip("no system Graphviz here")
        monkeypatch.setattr(render, "renderer", lambda program=program: (program, ("svg", "png")))
        svg = policy_picture(POLICY).svg
        found.append(sorted(re.findall(r'id="(clause[^"]+)"', svg)))
    assert found[0] == found[1]


def test_the_wheel_alone_draws_svg_and_png_and_says_so_of_pdf(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    render.renderer.cache_clear()
    try:
        picture = clause_picture(POLICY, "D.I.B.4")
        assert picture.svg.startswith("<svg")
        assert picture.data("png").startswith(b"\x89PNG")
        with pytest.raises(RenderError, match="writes no pdf"):
            picture.data("pdf")
        monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))
        render.renderer.cache_clear()
        with pytest.raises(RenderError, match="install"):
            clause_picture(POLICY, "D.I.B.4").data("png")
    finally:
        render.renderer.cache_clear()


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "SECONDS", 0.0001)
    with pytest.raises(RenderError, match="longer than"):
        clause_picture(POLICY, "D.I.B.4").data("svg")


def test_drawing_twice_gives_the_same_bytes() -> None:
    assert policy_picture(POLICY).svg == policy_picture(POLICY).svg


@pytest.mark.parametrize("name", ["thigh_thrust", "parameter.minimum_blocks", "D.I.B.6.a"])
def test_what_one_thing_touches_is_drawn(name: str) -> None:
    picture = impact_picture(POLICY, name)
    assert 'id="touched-D.I.B"' in picture.svg
    assert "It can affect" in picture.description


def test_saving_asks_the_suffix(tmp_path: Path) -> None:
    picture = clause_picture(POLICY, "D.I.B.6")
    for suffix, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".dot", b"// Places")):
        picture.save(tmp_path / f"x{suffix}")
        assert (tmp_path / f"x{suffix}").read_bytes().startswith(start)
