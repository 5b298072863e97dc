"""SVG made safe and accessible: only drawing elements stay, and titles and descriptions are added.

What Graphviz writes is parsed and copied element by element through lists of allowed names, so that
nothing but a drawing can come out, whatever went in.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from clausewise.viz.errors import RenderError

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_ELEMENTS = frozenset({"svg", "g", "path", "polygon", "polyline", "ellipse", "text", "title", "a"})
_ATTRIBUTES = frozenset(
    "id class d points fill stroke stroke-width stroke-dasharray fill-opacity stroke-opacity "  # noqa: SIM905
    "cx cy rx ry x y transform font-family font-size font-weight text-anchor width height "
    "viewBox".split()
)
_OWN_ID = re.compile(r"([a-z]+-)?(clause|touched)-")
_OWN_LINK = re.compile(r"#[A-Za-z0-9._/()\-]+\Z")


def clean(raw: bytes, title: str, description: str) -> str:
    """The SVG as text, with ``title`` and ``description`` for who cannot see it.

    Links stay only when they point into the same page. Raises RenderError when ``raw`` is no SVG.
    """
    try:
        text = raw.decode("utf-8")
        if "<!ENTITY" in text:
            raise RenderError("an SVG with entities is refused")
        root = ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", text, count=1))
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise RenderError(f"Graphviz wrote something that is no SVG: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise RenderError("Graphviz wrote something that is no SVG")
    found = _copied(root)
    found.set("xmlns", SVG)
    found.set("role", "group")
    found.set("aria-label", title)
    for name, words in (("desc", description), ("title", title)):
        element = ElementTree.Element(name)
        element.text = words
        found.insert(0, element)
    # The height follows the width, so that a page can make the picture as wide as it likes.
    width, height = found.get("width", ""), found.get("height", "")
    found.set("width", width.replace("pt", ""))
    found.set("height", height.replace("pt", ""))
    return ElementTree.tostring(found, encoding="unicode") + "\n"


def _copied(element: ElementTree.Element) -> ElementTree.Element:
    name = element.tag.rpartition("}")[2]
    copy = ElementTree.Element(name)
    for key, value in element.attrib.items():
        if key == "id" and not _OWN_ID.match(value):
            continue  # Graphviz numbers everything; two pictures on a page would repeat the numbers
        if key in _ATTRIBUTES:
            copy.set(key, value)
        elif key == f"{{{XLINK}}}href" and _OWN_LINK.match(value):
            copy.set("href", value)
        elif key == "{http://www.w3.org/XML/1998/namespace}space":
            copy.set("xml:space", value)
    if (copy.get("fill"), copy.get("stroke")) == ("none", "none"):
        # A shape without colour lies over the line of an unlabelled part to be clicked. Graphviz
        # writes it as a transparent fill, graphviz-pure as no fill, which browsers click through.
        copy.set("pointer-events", "all")
    copy.text, copy.tail = element.text, element.tail
    for child in element:
        if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] not in _ELEMENTS:
            continue
        if name == "g" and element.get("class") and child.tag.endswith("}title"):
            continue  # what Graphviz calls a part by our numbers; its tooltip is kept below
        copy.append(_copied(child))
    _titled(element, copy)
    return copy


def _titled(element: ElementTree.Element, copy: ElementTree.Element) -> None:
    """A tooltip becomes the title of its group, in place of the name Graphviz gave it."""
    tip = element.get(f"{{{XLINK}}}title")
    if tip is None:
        return
    for child in list(copy):
        if child.tag == "title":
            copy.remove(child)
    title = ElementTree.Element("title")
    title.text = tip
    copy.insert(0, title)
    if "href" not in copy.attrib:
        copy.tag = "g"
