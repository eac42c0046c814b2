# SPDX-License-Identifier: BSD-3-Clause
"""The rail, read back: its marks in order, its words in their places, its line whole and dotted."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kfuncviz.render.kit.fit import width as fitting
from kfuncviz.render.kit.tokens import DARK, LIGHT
from kfuncviz.render.operation import Card, Check, Rail, sentence, svg, table, text, which
from tests.render.drawn import SVG, blueprint, boxes, paths, texts

MEASURES = Path(__file__).with_name("measures.txt")
CHECKS = (
    Check("Is every directory searchable?", "passed", "may_lookup(idmap, dir), 2 times",
          "fs/namei.c, § 7.3", "https://example.org/may_lookup"),
    Check("Can your ids be stored here?", "failed", "fsuidgid_has_mapping(tmpfs, M) = false",
          "include/linux/fs.h, § 6", "",
          ((True, "map_id_up({0:1:1}, 0) = -1"), (False, "f() = 5"))),
    Check("May you write and search d?", "not reached", "inode_permission(idmap, inode, mask)",
          "fs/namei.c, § 7.3, commit 2daf18a7884d"),
)  # fmt: skip
REFUSED = Rail(
    "mkdir(d/n)", "me through m", "EOVERFLOW", "uid 0 has no row in M", CHECKS, "seen so"
)
ALLOWED = Rail("stat(d)", "me through m", "", "0:0 0755 dir", CHECKS[:1])
CARDS = (
    Card("One more uid row", "1 0 1", "then it works: 0:0", helps=True),
    Card("Mode 0777 for d", "chmod 0777 d", "still EOVERFLOW: no row", helps=False),
)


def drawn(rail: Rail, cards: tuple[Card, ...] = (), width: int = 700) -> ET.Element:
    return ET.fromstring(svg(rail, cards, width=width))


def test_marks_stand_in_order_each_beside_its_question() -> None:
    picture = drawn(REFUSED)
    said = {text.said: text for text in texts(picture)}
    marks = [t for t in texts(picture) if t.look.get("text-anchor") == "middle" and t.x < 40]
    assert [m.said for m in marks] == ["✓", "✗", "3"]
    ys = [m.y for m in marks]
    assert ys == sorted(ys)
    for mark, check in zip(marks, CHECKS, strict=True):
        question = said[check.question]
        assert -6 <= question.y - mark.y <= 30 or check.answer == "failed"
        assert question.x >= 56
        assert question.look["font-weight"] == "700"
        helper = said[check.call]
        assert question.y < helper.y < said_after(picture, check.source, helper.y)
    rings = picture.findall(f".//{SVG}circle")
    assert [ring.get("stroke-dasharray") for ring in rings] == [None, "2 4"]
    assert [float(ring.get("cx", "0")) for ring in rings] == [21, 21]


def said_after(picture: ET.Element, words: str, y: float) -> float:
    return min(t.y for t in texts(picture) if t.said == words and t.y > y)


def test_the_rail_is_whole_to_the_refusal_and_dotted_below_it() -> None:
    lines = [p for p in paths(drawn(REFUSED)) if p.get("stroke-width") == "4"]
    whole, dotted = lines
    assert "stroke-dasharray" not in whole
    assert dotted["stroke-dasharray"] == "3 6"
    ends = [list(map(float, re.findall(r"[\d.]+", p["d"]))) for p in lines]
    assert ends[0][2] == ends[1][1]
    assert ends[0][1] < ends[0][2] < ends[1][2]
    assert [p for p in paths(drawn(ALLOWED)) if p.get("stroke-width") == "4"] == []
    both = ALLOWED._replace(checks=(CHECKS[0], CHECKS[0]))
    (line,) = (p for p in paths(drawn(both)) if p.get("stroke-width") == "4")
    assert (line["stroke"], line.get("stroke-dasharray")) == (LIGHT["ink"], None)


def test_the_refusal_is_a_dashed_card_that_holds_its_rule_and_what_it_saw() -> None:
    picture = drawn(REFUSED)
    (card,) = (b for b in boxes(picture) if b.x > 50 and b.look.get("stroke-dasharray") == "7 4"
               and b.width > 400)  # fmt: skip
    assert card.look["fill"] == LIGHT["bad-t"]
    inside = [t.said for t in texts(picture) if card.holds(t.x, t.y)]
    for words in ("failed: EOVERFLOW", CHECKS[1].question, CHECKS[1].call, REFUSED.rule,
                  "map_id_up({0:1:1}, 0) = -1", "f() = 5", "✗", "✓"):  # fmt: skip
        assert words in inside
    assert CHECKS[0].question not in inside
    assert CHECKS[2].question not in inside


def test_the_head_says_the_call_its_errno_and_which_check_decided() -> None:
    said = [t.said for t in texts(drawn(REFUSED))]
    assert said[:3] == ["mkdir(d/n)", "✗ EOVERFLOW", "check 2 of 3 says no"]
    assert "✓ allowed" in [t.said for t in texts(drawn(ALLOWED))]
    bare = ET.fromstring(svg(REFUSED, width=700, head=False))
    assert "mkdir(d/n)" not in [t.said for t in texts(bare)]
    states = [t.said for t in texts(drawn(REFUSED)) if t.look.get("text-anchor") == "end"]
    assert states == ["passed", "not reached"]


def test_helpers_lead_to_where_they_were_read() -> None:
    links = drawn(REFUSED).findall(f".//{SVG}a")
    assert [link.get("href") for link in links] == ["https://example.org/may_lookup"]
    assert drawn(REFUSED).get("role") == "group"


def test_what_helps_is_solid_and_what_does_not_is_dashed() -> None:
    picture = drawn(REFUSED, CARDS)
    cards = [g for g in picture.iter(f"{SVG}g") if g.get("class") == "card"]
    frames = [g.findall(f"{SVG}rect") for g in cards]
    assert [len(rects) for rects in frames] == [2, 1]
    assert [rects[0].get("stroke-dasharray") for rects in frames] == [None, "5 4"]
    told = [" ".join(t.said for t in texts(g)) for g in cards]
    assert told == ["One more uid row 1 0 1 then it works: 0:0",
                    "Mode 0777 for d still EOVERFLOW: no row"]  # fmt: skip
    assert "seen so" in [t.said for t in texts(picture)]


@pytest.mark.parametrize("width", [300, 500, 844])
def test_everything_is_inside_and_below_what_stands_before_it(width: int) -> None:
    picture = drawn(REFUSED, CARDS, width)
    tall = float(picture.get("height", "0"))
    for text_ in texts(picture):
        assert 0 < text_.y < tall
        assert float(text_.look["data-box"]) + (text_.x if text_.look.get("text-anchor") is None
                                                else 0) <= width + 1  # fmt: skip
    for box in boxes(picture):
        assert box.y + box.height <= tall
    groups = [g for g in picture.iter(f"{SVG}g") if g.get("class") in ("card", "check",
                                                                      "check refused")]  # fmt: skip
    tops = [min(t.y for t in texts(g)) for g in groups]
    ends = [max(t.y for t in texts(g)) for g in groups]
    for end, top in zip(ends, tops[1:], strict=False):
        assert end < top


def test_it_is_told_in_words_rows_and_text() -> None:
    assert which(REFUSED) == "check 2 of 3 says no"
    assert which(ALLOWED) == "the check passes"
    assert which(ALLOWED._replace(checks=CHECKS[:1] * 2)) == "all 2 checks pass"
    assert which(REFUSED._replace(checks=())) == "uid 0 has no row in M"
    assert sentence(REFUSED) == (
        'mkdir(d/n) by me through m is refused, EOVERFLOW; check 2 of 3, "Can your ids be stored '
        'here?", says no: uid 0 has no row in M.'
    )
    assert sentence(ALLOWED) == (
        "stat(d) by me through m is allowed, the check passes: 0:0 0755 dir."
    )
    assert sentence(REFUSED._replace(checks=())).endswith("EOVERFLOW; uid 0 has no row in M.")
    rows = table(REFUSED, CARDS)
    assert [row["answer"] for row in rows] == [
        "passed", "failed: EOVERFLOW", "not reached", "helps", "does not help",
    ]  # fmt: skip
    assert [row["what"][:3] for row in rows] == ["1. ", "2. ", "3. ", "One", "Mod"]
    written = text(REFUSED, CARDS)
    assert written.isascii()
    assert [line[:5] for line in written.splitlines() if re.match(r" \d ", line)] == [
        " 1 ok", " 2 X ", " 3 . ",
    ]  # fmt: skip
    assert "What would make it work:\n  * One more uid row (1 0 1): then it works: 0:0" in written
    assert "What would not:\n  * Mode 0777 for d: still EOVERFLOW: no row" in written
    assert "section 7.3" in written
    assert "What would" not in text(REFUSED)


LONG = Check(
    "May it be told in lines that are short enough for a mail?",
    "passed",
    "may_decode_fh(an argument, and another one, and one after the other, and more)",
    "fs/fhandle.c, § 8.7, commit 2daf18a7884d, which is too much for a line of a mail",
)
LONG_CARD = Card("One more row in a map that is far away from here", "1000 0 1; caps: [CAP_CHOWN]",
                 "then it works: 10005:10005", helps=True)  # fmt: skip
TEXT = """\
mkdir(d/n) by me through m is refused, EOVERFLOW; check 2 of 10, "Can
your ids be stored here?", says no: uid 0 has no row in M.

 1 ok Is every directory searchable? passed
      may_lookup(idmap, dir), 2 times
      fs/namei.c, section 7.3
 2 X  Can your ids be stored here? failed: EOVERFLOW
      fsuidgid_has_mapping(tmpfs, M) = false
      include/linux/fs.h, section 6
 3 .  May you write and search d? not reached
      inode_permission(idmap, inode, mask)
      fs/namei.c, section 7.3, commit 2daf18a7884d
{}10 ok May it be told in lines that are short enough for a mail? passed
      may_decode_fh(an argument, and another one, and one after the
        other, and more)
      fs/fhandle.c, section 8.7, commit 2daf18a7884d, which is too much
        for a line of a mail

What would make it work:
  * One more row in a map that is far away from here (1000 0 1; caps:
    [CAP_CHOWN]): then it works: 10005:10005

What would not:
  * Mode 0777 for d: still EOVERFLOW: no row
"""


def test_the_text_for_a_mail_line_by_line() -> None:
    many = REFUSED._replace(checks=(*CHECKS, *[CHECKS[2]] * 6, LONG))
    third = TEXT[TEXT.index(" 3 ") : TEXT.index("{}")]
    between = "".join(third.replace(" 3 ", f" {nth} ") for nth in range(4, 10))
    assert text(many, (LONG_CARD, CARDS[1])) == TEXT.format(between)


def test_rows_have_a_check_or_a_change_each() -> None:
    rows = [(row["what"], row["helper"], row["source"]) for row in table(REFUSED, CARDS)]
    assert rows == [
        *((f"{nth}. {c.question}", c.call, c.source) for nth, c in enumerate(CHECKS, 1)),
        *((card.title, card.typed, card.came) for card in CARDS),
    ]


def test_an_image_has_a_name_a_theme_and_links_that_open_elsewhere() -> None:
    picture = drawn(REFUSED)
    (link,) = picture.iter(f"{SVG}a")
    assert link.attrib == {"href": CHECKS[0].url, "target": "_blank", "rel": "noopener"}
    (title,) = (e for e in picture if e.tag == f"{SVG}title")
    assert title.text == "What the kernel checks, in order"
    assert [g.get("class") for g in picture.iter(f"{SVG}g")] == [
        "badge", "check", "check refused", "check",
    ]  # fmt: skip
    dark = ET.fromstring(svg(REFUSED, width=700, theme="dark"))
    assert {box.look["fill"] for box in boxes(dark)} == {DARK["bg"], DARK["bad-t"]}
    here = ET.fromstring(svg(REFUSED, width=700, standalone=False))
    assert [len(boxes(each)) for each in (picture, here)] == [4, 3]
    assert ET.fromstring(svg(REFUSED)).get("width") == "1204"


def test_two_rails_on_a_page_do_not_share_an_id() -> None:
    one, two = (ET.fromstring(svg(rail, width=500)).get("id") for rail in (REFUSED, ALLOWED))
    assert one != two
    assert drawn(REFUSED).find(f"{SVG}desc").text == sentence(REFUSED)  # type: ignore[union-attr]


@pytest.mark.parametrize(("width", "beside"), [(240, False), (327, False), (328, True)])
def test_which_check_refused_stands_beside_the_badge_or_under_it(width: int, beside: bool) -> None:
    picture = drawn(REFUSED, (), width)
    (told,) = (text for text in texts(picture) if text.said == which(REFUSED))
    badge, mark = boxes(picture)[1], next(t for t in texts(picture) if t.said == "✓")
    assert told.x + fitting(told.said, 15, mono=False) <= width
    assert badge.holds(badge.x, told.y) == beside == (told.x > badge.x + badge.width)
    assert beside or badge.y + badge.height + 15 < told.y
    assert told.y < mark.y - 16


#: A refusal with all that can stand beside it, in a wide and in a narrow picture; a plain yes.
DRAWN = {
    "wide": (REFUSED, CARDS, 700),
    "narrow": (REFUSED, CARDS, 240),
    "allowed": (ALLOWED, (), 400),
}


def measures() -> list[str]:
    """The measures of each, as :mod:`tests.render.blueprints` has them; read beside the picture."""
    return [
        line
        for name, (rail, cards, width) in DRAWN.items()
        for line in (f"-- {name}", *blueprint(drawn(rail, cards, width)))
    ]


def test_the_measures_are_those_read() -> None:
    assert measures() == MEASURES.read_text("utf-8").splitlines()


if __name__ == "__main__":  # python -m tests.render.operation.test_picture writes them anew
    MEASURES.write_text("\n".join(measures()) + "\n", "utf-8")
    for name, (rail, cards, width) in DRAWN.items():
        Path(f"operation-{name}.svg").write_text(svg(rail, cards, width=width), "utf-8")
