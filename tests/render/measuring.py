# SPDX-License-Identifier: BSD-3-Clause
"""
Measuring drawings in a browser: does a text leave its box, does a plate cover a pill?
======================================================================================

Many pictures are laid out in one page and measured by one script, so that all of it takes seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

MEASURE = """() => {
  const faults = [];
  const overlap = (a, b) => Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1
    && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 1;
  for (const picture of document.querySelectorAll('svg')) {
    const where = picture.parentNode.dataset.name, view = picture.viewBox.baseVal;
    const say = (what, text) => faults.push(`${where}: ${what}: ${text.textContent}`);
    for (const text of picture.querySelectorAll('text')) {
      const box = text.getBBox();
      if (box.width > Number(text.dataset.box) + 1) say('wider than its box', text);
      if (box.x < view.x || box.x + box.width > view.x + view.width
          || box.y < view.y || box.y + box.height > view.y + view.height)
        say('outside the drawing', text);
      const frame = text.parentNode.matches('.plate, .pill, .block, .bin, .key')
        ? text.parentNode.querySelector('rect, circle').getBBox() : null;
      if (frame && (box.x < frame.x - 0.5 || box.x + box.width > frame.x + frame.width + 0.5
          || box.y < frame.y - 3 || box.y + box.height > frame.y + frame.height + 3))
        say('outside its frame', text);
    }
    const pills = [...picture.querySelectorAll('.pill rect')].map(r => r.getBBox());
    for (const plate of picture.querySelectorAll('.plate'))
      if (pills.some(pill => overlap(plate.getBBox(), pill))) say('covers a pill', plate);
    const bins = [...picture.querySelectorAll('.bin')].map(r => r.getBBox());
    if (bins.some(bin => pills.some(pill => overlap(bin, pill))))
      faults.push(where + ': a bin covers a pill');
  }
  return faults;
}"""


def page_of(pictures: dict[str, str]) -> str:
    return "".join(f'<div data-name="{name}">{svg_}</div>' for name, svg_ in pictures.items())


def measure(page: Page, pictures: dict[str, str], dark: bool = False) -> list[str]:
    background = "#111" if dark else "#fff"
    page.set_content(f'<body style="background:{background}">{page_of(pictures)}')
    found: Any = page.evaluate(MEASURE)
    return list(found)
