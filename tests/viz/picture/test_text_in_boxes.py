"""Lines of text stay in their boxes and do not touch, measured in a browser."""

from __future__ import annotations

import clausewise as cw
from tests.support.browser import needs_browser, started
from tests.support.places import ROOT, case_path

MEASURE = """() => {
  const found = [];
  let measured = 0;
  for (const group of document.querySelectorAll('g')) {
    const children = [...group.children];
    const shape = children.find(each => ['path', 'polygon', 'ellipse'].includes(each.tagName));
    const texts = children.filter(each => each.tagName === 'text');
    if (!shape || !texts.length) continue;
    const box = shape.getBBox();
    const places = texts.map(text => {
      const all = text.getBBox();
      const blanks = text.textContent.match(/^\\u00a0*/)[0].length;
      const left = text.getStartPositionOfChar(Math.min(blanks, text.getNumberOfChars() - 1)).x;
      return {words: text.textContent, left, right: all.x + all.width,
              top: all.y, bottom: all.y + all.height};
    });
    measured += places.length;
    for (const each of places)
      if (each.left < box.x || each.right > box.x + box.width ||
          each.top < box.y - 1 || each.bottom > box.y + box.height + 1)
        found.push(`${each.words} leaves its box`);
    places.forEach((one, place) => places.slice(place + 1).forEach(other => {
      const beside = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const over = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (beside > 0 && over > 0.5) found.push(`${one.words} touches ${other.words}`);
    }));
  }
  return [measured, found];
}"""


@needs_browser
def test_lines_of_text_stay_in_their_boxes_and_do_not_touch() -> None:
    pictures = [cw.graph(case_path(name)) for name in ("pa-1002", "pa-1004")]
    pictures += [cw.graph(case_path("pa-1004"), reasons=True), cw.graph()]
    pictures += [cw.graph(ROOT / "logic" / "lcd_sij_injections" / "cases" / "lcd-10.yaml")]
    with started() as browser:
        page = browser.new_page()
        for picture in pictures:
            page.set_content(picture.svg)
            measured, faults = page.evaluate(MEASURE)
            assert measured > 10
            assert faults == []
