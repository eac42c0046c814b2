# SPDX-License-Identifier: BSD-3-Clause
"""The thread: every mail once, no line through a mail, the same weight for every side."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.kfuncs.thread import Message, argument_map, messages
from kfuncviz.render.thread import graph as thread
from kfuncviz.render.thread.argument import LINES

from .test_measured import measure

if TYPE_CHECKING:
    from playwright.sync_api import Page

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("patch", "question", "objection", "alternative", "reply", "support")
PEOPLE = ("Ada", "Brook", "Chris", "Dana", "Eli", "Finn")

# How near a reply's line comes to a mail that it does not join, in units of the free space.
TOO_NEAR = """() => [...document.querySelectorAll('svg')].flatMap(picture => {
  const mails = [...picture.querySelectorAll('.mail')].map(g =>
    [g.dataset.n, g.querySelector('rect, path, circle').getBBox()]);
  return [...picture.querySelectorAll('.reply')].flatMap(line => {
    const faults = [], length = line.getTotalLength();
    for (const [n, box] of mails) {
      if (n === line.dataset.from || n === line.dataset.to) continue;
      for (let at = 0; at <= length; at += 3) {
        const p = line.getPointAtLength(at);
        if (p.x > box.x && p.x < box.x + box.width && p.y > box.y && p.y < box.y + box.height) {
          faults.push(`${line.dataset.from} to ${line.dataset.to} runs through ${n}`);
          break;
        }
      }
    }
    return faults;
  });
})"""


def made(n: int, author: str, reply_to: int | None, kind: Any = "reply", day: int = 1) -> Message:
    date = f"2023-07-{day:02}T10:00:00+00:00"
    return Message(n, author, "reviewer", date, f"m{n}", reply_to, kind, f"Says {n}.", "https://x")


@st.composite
def threads(draw: st.DrawFn) -> tuple[Message, ...]:
    """Up to sixteen mails by up to six people, each answering any earlier one."""
    out = [made(1, PEOPLE[0], None, "patch")]
    day = 1
    for n in range(2, draw(st.integers(2, 16)) + 1):
        day += draw(st.integers(0, 1))
        author, kind = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(KINDS))
        out.append(made(n, author, draw(st.integers(1, n - 1)), kind, day))
    return tuple(out)


def mails(picture: str) -> dict[str, ET.Element]:
    found = [g for g in ET.fromstring(picture).iter(f"{SVG}g") if g.get("class") == "mail"]
    return {g.get("data-n", ""): g for g in found}


def test_every_mail_once_and_every_answer_a_line() -> None:
    picture = thread.svg(messages())
    assert list(mails(picture)) == [str(n) for n in range(1, 14)]
    lines = [p for p in ET.fromstring(picture).iter(f"{SVG}path") if p.get("class") == "reply"]
    drawn = [(int(p.get("data-to", "")), int(p.get("data-from", ""))) for p in lines]
    assert drawn == [(m.n, m.reply_to) for m in messages() if m.reply_to is not None]


def test_shape_says_the_kind_and_nobody_weighs_more() -> None:
    found = mails(thread.svg(messages()))
    for m in messages():
        outline = found[str(m.n)][1]
        wanted = {"patch": "rect", "objection": "path", "alternative": "path"}
        assert outline.tag == SVG + wanted.get(m.kind, "circle"), m.n
        assert outline.get("stroke-width") == "2.5"
        assert outline.get("stroke-dasharray") is None
        badge = [t.text for t in found[str(m.n)].iter(f"{SVG}text")][1:]
        signs = {"question": ["?"], "objection": ["\N{MINUS SIGN}"], "support": ["+"]}
        assert badge == signs.get(m.kind, [])
    assert len({g[1].get("r") for g in found.values() if g[1].tag == f"{SVG}circle"}) == 1


def test_the_graph_is_named_and_described() -> None:
    for theme in ("light", "dark", "lab"):
        root = ET.fromstring(thread.svg(messages(), theme=theme))
        assert root.get("role") == "img"
        parts = {child.get("id"): child.text for child in root if child.get("id")}
        named = [parts[ref] for ref in (root.get("aria-labelledby") or "").split()]
        assert named == ["Who answered whom", thread.sentence(messages())]


def test_the_sentence_counts() -> None:
    few = (made(1, "Ada", None, "patch"), made(2, "Brook", 1, "reply", 2), made(3, "Ada", 2))
    assert thread.sentence(few[:2]) == (
        "2 mails by 2 people, 1 July to 2 July 2023 (UTC): 1 patch, 1 reply."
    )
    assert thread.sentence(()) == "No mail."
    assert few[2].n == 3


def test_a_mail_that_answers_none_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="mail 1 answers 2, which is not among those before it"):
        thread.svg((made(1, "Ada", 2), made(2, "Ada", None)))
    with pytest.raises(ValueError, match="theme is 'pink'"):
        thread.svg(messages(), theme="pink")  # type: ignore[arg-type]


@settings(deadline=None, max_examples=60)
@given(threads(), st.integers(0, 3000))
def test_any_thread_can_be_drawn(some: tuple[Message, ...], width: int) -> None:
    picture = thread.svg(some, width)
    assert picture == thread.svg(some, width)
    assert len(mails(picture)) == len(some)


@pytest.mark.browser
def test_no_line_runs_through_a_mail(render_page: Page) -> None:
    made_up: list[tuple[Message, ...]] = []

    @settings(deadline=None, max_examples=60, derandomize=True, database=None)
    @given(threads())
    def collect(some: tuple[Message, ...]) -> None:
        made_up.append(some)

    collect()
    pictures = [thread.svg(some, width) for some in made_up for width in (760, 1240)]
    pictures += [thread.svg(messages(), width) for width in (760, 900, 1240)]
    render_page.set_content("".join(pictures))
    assert render_page.evaluate(TOO_NEAR) == []


@pytest.mark.browser
def test_the_measuring_can_fail(render_page: Page) -> None:
    picture = thread.svg((made(1, "Ada", None), made(2, "Brook", 1), made(3, "Brook", 1)))
    line = r'd="[^"]*"([^>]*data-from="1" data-to="3")'
    through = re.sub(line, r'd="M0,186H2000"\1', picture)
    assert through != picture
    render_page.set_content(through)
    assert "1 to 3 runs through 2" in render_page.evaluate(TOO_NEAR)


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_leaves_its_box(render_page: Page, theme: Any) -> None:
    long = tuple(replace(m, author=m.author * 5, role=m.role * 5) for m in messages())
    pictures = {
        f"{name} {width}": thread.svg(some, width, theme=theme)
        for name, some in (("real", messages()), ("long", long))
        for width in (760, 900, 1240)
    }
    assert measure(render_page, pictures, theme == "dark") == []


class Outline(HTMLParser):
    """How deep each list item lies."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.items: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "ul":
            self.depth += 1
        if tag == "li":
            self.items.append(self.depth)

    def handle_endtag(self, tag: str) -> None:
        if tag == "ul":
            self.depth -= 1


def test_the_list_is_as_deep_as_the_thread() -> None:
    outline = Outline()
    outline.feed(thread.list_html(messages()))
    by_number = {m.n: m for m in messages()}

    def depth(m: Message) -> int:
        return 1 if m.reply_to is None else 1 + depth(by_number[m.reply_to])

    assert sorted(outline.items) == sorted(depth(m) for m in messages())
    assert outline.depth == 0


def test_below_760_pixels_the_list_stands_alone() -> None:
    assert thread.html(messages(), 759).startswith("<div")
    assert thread.html(messages(), 760).startswith("<svg")


def test_what_people_wrote_is_escaped() -> None:
    evil = replace(made(1, '<b>"&', None), position="<script>")
    assert "<script>" not in thread.html((evil,))
    ET.fromstring(thread.svg((evil,)))


def test_every_claim_keeps_its_side_its_mails_and_its_evidence() -> None:
    the_map = argument_map()
    html = thread.argument_html(the_map, theme="light")
    boxes = re.findall(r'<article class="claim (\w+)">(.*?)</article>', html)
    wanted = [c for q in the_map.questions for s in LINES for c in the_map.on(q) if c.side == s]
    assert [side for side, _ in boxes] == [claim.side for claim in wanted]
    for claim, (_, box) in zip(wanted, boxes, strict=True):
        assert ", ".join(map(str, claim.messages)) in box
        assert box.count("<li>") == len(claim.evidence)
    for event in the_map.later:
        assert event.release in html
    assert html.count('class="reading for"') == html.count('class="reading against"') == 9


@pytest.mark.browser
def test_sides_differ_in_their_line_and_in_nothing_else(render_page: Page) -> None:
    render_page.set_content(thread.argument_html(argument_map(), theme="light"))
    looks = render_page.evaluate("""() => [...document.querySelectorAll('.claim')].map(c => {
      const s = getComputedStyle(c), side = c.classList[1];
      return [side, s.borderTopStyle, [s.borderTopWidth, s.borderTopColor, s.padding, s.fontSize,
        s.fontWeight, s.color, s.backgroundColor, Math.round(c.offsetWidth)].join(' ')];
    })""")
    assert {(side, line) for side, line, _ in looks} == {
        ("for", "solid"), ("instead", "dotted"), ("against", "dashed"),
    }  # fmt: skip
    assert len({rest for *_, rest in looks}) == 1
