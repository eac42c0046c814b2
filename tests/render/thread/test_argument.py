# SPDX-License-Identifier: BSD-3-Clause
"""The argument read back: each claim under its question on its side, with all it rests on."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.kfuncs.thread import Claim, argument_map
from kfuncviz.render.kit.tokens import LIGHT, MONO, SANS
from kfuncviz.render.thread import argument_html
from kfuncviz.render.thread.marks import BADGES, KINDS
from tests.render.drawn import of_class, page, said

if TYPE_CHECKING:
    from playwright.sync_api import Page

MAP = argument_map()
#: When a fact could be checked, by whether it could then, and whether only in part.
WHEN = {
    (True, False): "by July 2023",
    (True, True): "partly by July 2023",
    (False, False): "since then",
}
SIGNS = {
    "for": "+", "general": "\N{SECTION SIGN}", "instead": "\N{LEFT RIGHT ARROW}",
    "against": "\N{MINUS SIGN}",
}  # fmt: skip
BORDERS = {"for": "solid", "general": "double", "instead": "dotted", "against": "dashed"}


def drawn() -> ET.Element:
    (root,) = page(argument_html(MAP, theme="light"))
    return root


def named(side: str) -> str:
    return f"{SIGNS[side]} {MAP.sides[side]}"


def cited(messages: tuple[int, ...]) -> str:
    return f"message{'' if len(messages) == 1 else 's'} {', '.join(map(str, messages))}"


def are_the_facts(folded: ET.Element, evidence: tuple[str, ...], head: str = "") -> None:
    """The facts under their head, each with its id, its time, the sides it bears on, its source."""
    count = len(evidence)
    assert said(folded[0]) == (head or f"{count} fact{'' if count == 1 else 's'}")
    for name, item in zip(evidence, folded.findall("./ul/li"), strict=True):
        fact = MAP.evidence[name]
        found = {claim.side for claim in MAP.claims.values() if name in claim.evidence}
        sides = [MAP.sides[side] for side in SIGNS if side in found]
        several = f", on several sides: {', '.join(sides)}" if len(sides) > 1 else ""
        when = WHEN[fact.then, fact.partly]
        told = f"{name}, {when}{several}: {fact.text} ({'; '.join(fact.sources)})"
        assert said(item) == " ".join(told.split())


def days(claim: Claim) -> str:
    then = sum(MAP.evidence[fact].then for fact in claim.evidence)
    since = len(claim.evidence) - then
    part = sum(MAP.evidence[fact].partly for fact in claim.evidence)
    old = {0: "no fact", 1: "1 fact"}.get(then, f"{then} facts")
    day = "by July 2023"
    if part and part == then:
        day = f"partly {day}"
    elif part:
        day = f"{day} ({part} of them partly)"
    return f"{old} {day}, {since or 'none'} since"


def is_the_claim(article: ET.Element, claim: Claim) -> None:
    head, text, who, folded = article
    bare = " no fact by July 2023" if days(claim).startswith("no") else ""
    assert said(head) == f"{named(claim.side)} · {claim.id}{bare}"
    assert said(text) == " ".join(claim.text.split())
    links = ""
    if claim.supports:
        links += f" · backs {', '.join(claim.supports)}"
    if claim.attacks:
        links += f" · answers {', '.join(claim.attacks)}"
    assert said(who) == f"{', '.join(claim.by)} · {cited(claim.messages)}{links}"
    are_the_facts(folded, claim.evidence, days(claim))


def test_every_claim_stands_under_its_question_on_its_side() -> None:
    sections = drawn().findall("./section")
    seen = 0
    for question, section in zip(MAP.questions, sections, strict=True):
        head, body = section
        assert said(head) == MAP.questions[question]
        claims = [c for c in MAP.claims.values() if c.question == question]
        present = [side for side in SIGNS if any(c.side == side for c in claims)]
        columns = list(body) if len(present) > 1 else [body]
        assert body.get("class") == "sides"
        assert not [e for e in (body, *body) if (e.text or e.tail or "").strip()]
        for side, column in zip(present, columns, strict=True):
            mine = [c for c in claims if c.side == side]
            for claim, article in zip(mine, column, strict=True):
                assert article.get("class") == f"claim {side}"
                is_the_claim(article, claim)
                seen += 1
    assert seen == len(MAP.claims)


def test_what_happened_later_is_read_from_both_sides() -> None:
    root = drawn()
    heads = [said(e) for e in root.findall("./h4")]
    assert heads == [
        "What was predicted, and what happened",
        "What happened later, and what either side may read in it",
    ]
    events = of_class(root, "event")[len(MAP.predictions) :]
    for event, box in zip(MAP.later, events, strict=True):
        text, sides, folded = box
        are_the_facts(folded, event.evidence)
        assert said(text) == " ".join(f"{event.release} · {event.title}. {event.text}".split())
        assert [(e.get("class"), said(e)) for e in sides] == [
            ("reading for", " ".join(f"{SIGNS['for']} {event.read_for}".split())),
            ("reading against", " ".join(f"{SIGNS['against']} {event.read_against}".split())),
        ]


def test_a_prediction_stands_beside_its_outcome() -> None:
    boxes = of_class(drawn(), "event")[: len(MAP.predictions)]
    for told, box in zip(MAP.predictions, boxes, strict=True):
        who, sides, folded = box
        assert said(who) == f"{told.by} · {cited(told.messages)}"
        assert [said(e) for e in sides] == [
            f"Predicted. {told.predicted}", f"Happened. {told.happened}",
        ]  # fmt: skip
        are_the_facts(folded, told.evidence)


def test_no_line_ends_inside_an_arrow() -> None:
    root = drawn()
    kept = " ".join(said(code) for code in root.iter("code"))
    whole = said(root)
    assert whole.count("->") == kept.count("->") > 3
    assert "file->f_path.mnt->mnt_idmap->uid_map" in kept
    assert "white-space:nowrap" in (root[0].text or "").partition("code{")[2].partition("}")[0]


def test_no_badge_of_a_mail_is_the_sign_of_a_side() -> None:
    """What a mail does to the one it answers says nothing of its side."""
    assert set(BADGES.values()).isdisjoint(SIGNS.values())
    assert len(set(BADGES.values())) == len(BADGES)
    titles = " ".join(MAP.sides.values()).lower()
    assert not [word for word in KINDS.values() if word in titles]


def test_the_key_names_the_sides_by_their_lines() -> None:
    (key,) = of_class(drawn(), "key")
    assert [(said(e), e[0].get("class")) for e in key] == [(named(s), s) for s in SIGNS]
    css = drawn()[0].text or ""
    for side, line in BORDERS.items():
        assert f" .{side}{{border-style:{line}}}" in css


def test_claims_without_a_fact_of_their_day_stand_out_on_either_side() -> None:
    bare = of_class(drawn(), "bare")
    assert {said(e) for e in bare} == {"no fact by July 2023"}
    named = {c.id: c.side for c in MAP.claims.values() if days(c).startswith("no")}
    assert named == {"no-business": "against", "small": "for"}
    assert len(bare) == len(named)


def test_a_side_nobody_takes_is_in_no_key() -> None:
    two = replace(
        MAP, sides={"against": "Against", "for": "For"}, questions={}, claims={},
        predictions=(), later=(),
    )  # fmt: skip
    (root,) = page(argument_html(two))
    assert root.findall("./h4") == []
    (key,) = of_class(root, "key")
    assert [said(e) for e in key] == ["+ For", "\N{MINUS SIGN} Against"]


def test_what_anybody_wrote_is_escaped() -> None:
    """Every text of the map, spoilt, is still the same text on the page."""

    def spoilt(thing: Any) -> Any:
        evil = {k: f"<b>{v}&" for k, v in vars(thing).items()
                if isinstance(v, str) and k not in ("id", "side", "question")}  # fmt: skip
        lists = {k: tuple(f"<i>{one}" for one in v) for k, v in vars(thing).items()
                 if k in ("by", "sources") and isinstance(v, tuple)}  # fmt: skip
        return replace(thing, **evil, **lists)

    evil = replace(
        MAP,
        sides={k: f"<u>{v}" for k, v in MAP.sides.items()},
        questions={k: f"<s>{v}" for k, v in MAP.questions.items()},
        claims={k: spoilt(v) for k, v in MAP.claims.items()},
        evidence={k: spoilt(v) for k, v in MAP.evidence.items()},
        predictions=tuple(spoilt(told) for told in MAP.predictions),
        later=tuple(spoilt(event) for event in MAP.later),
    )
    (root,) = page(argument_html(evil, theme="light"))
    tags = {e.tag for e in root.iter()}
    assert tags == {e.tag for e in drawn().iter()}
    assert "<s>" in said(root.findall("./section/h4")[0])
    facts = root.findall(".//article/details/ul/li/i")
    assert all(said(source).startswith("(<i>") for source in facts)
    assert "<b>" in said(of_class(root, "reading")[0])
    assert "<u>" in said(of_class(root, "key")[0])


INK, MUTED = LIGHT["ink"], LIGHT["muted"]
#: The measures of the map, as they were read against the picture.
RULES = {
    "": f"font:15px/1.45 {SANS};color:{INK};background:{LIGHT['bg']}",
    " section": "margin:0 0 32px",
    " h4": "font-size:17px;font-weight:700;line-height:1.4;margin:0;padding:10px 14px;"
    f"text-align:center;border:4px solid {INK};border-radius:8px",
    " .sides": "display:grid;gap:0 24px;grid-template-columns:"
    "repeat(auto-fill,minmax(min(100%,max(320px,50% - 12px)),1fr))",
    " .claim": f"position:relative;border-width:3px;border-color:{INK};border-radius:8px;"
    "padding:8px 14px;margin:18px 0 0;box-sizing:border-box",
    " .claim::before": 'content:"";position:absolute;left:50%;top:-21px;height:18px;'
    f"border-width:0 0 0 3px;border-style:inherit;border-color:{INK}",
    " p": "margin:0 0 4px",
    " code": f"font:14px {MONO};white-space:nowrap",
    " .who, details": f"color:{MUTED};font-size:14px",
    " .who span": "white-space:nowrap",
    " summary": "cursor:pointer;min-height:24px",
    " ul": "margin:4px 0;padding-left:18px",
    " .key": "display:flex;flex-wrap:wrap;gap:6px 24px;margin:0 0 16px;padding:0",
    " .key i": "display:inline-block;width:34px;height:0;margin-right:8px;vertical-align:middle;"
    f"border-width:3px 0 0;border-color:{INK}",
    " .bare": f"font-style:normal;font-weight:700;border:2px solid {INK};border-radius:4px;"
    "padding:0 6px;white-space:nowrap",
    " .event": "margin:20px 0",
    " .reading": f"border-color:{INK};border-width:0 0 0 3px;padding:2px 14px;margin:4px 0",
} | {f" .{side}": f"border-style:{line}" for side, line in BORDERS.items()}


def test_the_measures_are_those_read() -> None:
    root = drawn()
    sheet = (root[0].text or "").replace(f"#{root.get('id')}", "")
    assert dict(re.findall(r"([^{}]*){([^}]*)}", sheet)) == RULES


def test_themes_have_ids_of_their_own() -> None:
    roots = page("".join(argument_html(MAP, theme=t) for t in ("lab", "light", "dark")))  # type: ignore[arg-type]
    assert len({root.get("id") for root in roots}) == 3
    for root in roots:
        assert f"#{root.get('id')} " in (root[0].text or "")
    assert argument_html(MAP) == argument_html(MAP, theme="lab")


@pytest.mark.browser
def test_sides_differ_in_their_line_and_in_nothing_else(render_page: Page) -> None:
    render_page.set_content(argument_html(MAP, theme="light"))
    looks = render_page.evaluate("""() => [...document.querySelectorAll('.claim')].map(c => {
      const s = getComputedStyle(c), side = c.classList[1];
      return [side, s.borderTopStyle, [s.borderTopWidth, s.borderTopColor, s.padding, s.fontSize,
        s.fontWeight, s.color, s.backgroundColor, Math.round(c.offsetWidth)].join(' ')];
    })""")
    assert {(side, line) for side, line, _ in looks} == {
        ("for", "solid"), ("general", "double"), ("instead", "dotted"), ("against", "dashed"),
    }  # fmt: skip
    assert len({rest for *_, rest in looks}) == 1
