# SPDX-License-Identifier: BSD-3-Clause
"""
Card: what a question and an exercise have in common on screen
==============================================================

The frame with what is asked, the picture, fields for answers, and what an answer is told.  Right
and wrong differ in sign, word and line, so that nobody needs to see a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.learn import picture
from kfuncviz.learn.course import chapter
from kfuncviz.learn.item import Item
from kfuncviz.learn.judge import Judgement, build
from kfuncviz.learn.key import Asked, Document, way
from kfuncviz.learn.weighing import Reason
from kfuncviz.model.errors import KernelError
from kfuncviz.printable import printable
from kfuncviz.scenario.ownership.answer import Ownership

#: The key of the button that leads on.
ON = "on"
#: What is said of a decision.
WEIGHED = "Nobody is told right or wrong here: read what speaks for and against each."
#: Around a picture on a card, in pixels.
_INSET = 40
_LEAST = 240


def card(head: str, body: str, *, label: str) -> str:
    """A card: one frame, what stands over it, and all else."""
    return element(
        "div", element("div", head, class_="kfv-card-head") + body,
        class_="kfv-own kfv-card", role="group", aria_label=label,
    )  # fmt: skip


def prose(text: str) -> str:
    """A text with code between backticks, as HTML.

    >>> prose("the row `0 1 1`")
    'the row <code>0 1 1</code>'
    """
    parts = text.split("`")
    return "".join(f"<code>{words(p)}</code>" if n % 2 else words(p) for n, p in enumerate(parts))


def typed(said: str) -> str:
    r"""What somebody typed, line by line, as it may be shown in a terminal.

    >>> typed("0 1 1\n\x1b[31m")
    '0 1 1\n\\x1b[31m'
    """
    return "\n".join(map(printable, said.split("\n")))


def plain(text: str) -> str:
    """The same text for a screen reader or a mail."""
    return text.replace("`", "").replace("\n", " ")


def place(item: Item, what: str) -> str:
    """Which of how many this is, as HTML; empty outside a chapter."""
    if not item.chapter:
        return element("span", what)
    here = chapter(item.chapter)
    there = here.questions if what == "question" else here.exercises
    left = element("span", f"Chapter {here.number} \N{MIDDLE DOT} {words(here.title)}")
    return left + element("span", f"{what} {item.name.partition('.')[2]} of {len(there)}")


def asked(item: Item) -> str:
    """What is asked, as HTML."""
    return element("h3", prose(item.ask), class_="kfv-asked")


# ------------------------------------------------------------------------------ pictures


def ways(item: Item, judged: Judgement | None) -> list[tuple[str, Ownership]]:
    """The ways that are told: the kernel's, and that of a misreading; empty where none is."""
    if judged is None or judged.about is None:
        return []
    found = []
    for name, document in (
        (picture.KERNEL, judged.built or item.scenario),
        (picture.YOURS, judged.meant),
    ):
        o = None if document is None else _way(document, judged.about)
        if o is not None:
            found.append((name, o))
    return [] if not found or _bare(found[0][1]) else found


def drawn(item: Item, judged: Judgement | None, width: int) -> str:
    """The picture: open while nothing is judged; empty where there is no way to draw."""
    inside = max(_LEAST, width - _INSET)
    if item.matter:
        html = item.matter.drawn(inside) if judged else ""
    elif item.form == "decision":
        html = ""
    elif judged is not None:
        told = ways(item, judged)
        html = picture.told(told, inside) if told else ""
    else:
        begun, about = _begun(item), item.wants[0].about if item.wants else item.about
        o = None if begun is None else _way(begun, about)
        html = "" if o is None or _bare(o) or o.unmade else picture.opened(o, inside)
    return element("div", html, class_="kfv-way") if html else ""


def numbers(item: Item, judged: Judgement | None) -> list[dict[str, str]]:
    """The picture's numbers as rows; none before an answer is told."""
    if item.matter:
        return item.matter.table() if judged else []
    told = ways(item, judged)
    return picture.rows(told) if told else []


def _begun(item: Item) -> Document | None:
    """What is there before anything is answered: rows to write are as they stand in the field."""
    if item.form not in ("row", "map"):
        return item.scenario
    try:
        return build(item, item.start)
    except (KernelError, ValueError):
        return None


def _way(document: Document, about: Asked) -> Ownership | None:
    """The way that is asked about, ``None`` where there is none."""
    if about.result and about.op is None:
        return None
    try:
        return way(document, about)
    except (KernelError, ValueError):
        return None


def _bare(o: Ownership) -> bool:
    """Whether no map is on the way: such a picture tells nothing."""
    return all(hop.nop for hop in o.hops)


# ------------------------------------------------------------------------------ what is told


def verdict(kind: str, head: str, *texts: str) -> str:
    """What an answer is told; ``head`` and ``texts`` are plain, with code between backticks."""
    body = "".join(element("p", prose(text)) for text in texts if text)
    return element("div", element("h4", prose(head)) + body, class_=f"kfv-verdict kfv-{kind}")


def sentences(item: Item, judged: Judgement) -> list[str]:
    """What an answer is told, in plain sentences, the most important first."""
    named = judged.misreading
    because = [item.why, *(item.matter.told() if item.matter else ())]
    if judged.state == "weighed":
        return [WEIGHED]
    if judged.state == "missing":
        return ["Nothing is answered yet."]
    if judged.state == "unchanged":
        return ["\N{NOT EQUAL TO} Nothing is changed yet: this is how it was."]
    if judged.state == "right":
        said = f": `{judged.key}`" if judged.key else ""
        return [f"\N{CHECK MARK} Right{said}.", judged.matched, *because, item.fact]
    if judged.refused:
        head = "" if item.form == "order" else "This cannot be built: "
        return [f"\N{NOT EQUAL TO} {head}{judged.refused}."]
    came = f"comes out as `{judged.key}`, `{judged.wanted}` is wanted"
    voice = item.matter.voice if item.matter else "The kernel"
    head = f"It {came}." if judged.wanted else f"{voice} says `{judged.key}`."
    if named is None:
        return [f"\N{NOT EQUAL TO} {head}", judged.matched, *(() if item.built else because)]
    rest = [judged.matched] if item.built else [_had_to_be(item, judged), *because]
    return [f"\N{NOT EQUAL TO} {head} {named.told}", named.instead, *rest]


def _had_to_be(item: Item, judged: Judgement) -> str:
    """The rows that would have given the answer."""
    told = dict(ways(item, judged))
    if len(told) < 2:
        return ""
    kernel, yours = told[picture.KERNEL], told[picture.YOURS]
    hops = {hop.key: hop for hop in kernel.hops}
    for hop in yours.hops:
        if hop.key in hops and hop.rows != hops[hop.key].rows:
            if hop.nop:
                return f"For your answer there had to be no {hop.name}."
            rows = ", ".join(f"`{' '.join(map(str, row))}`" for row in hop.rows)
            return f"For your answer the {hop.name} had to read {rows}."
    return ""


def told(item: Item, judged: Judgement) -> str:
    """What an answer is told, as HTML."""
    said = sentences(item, judged)
    kind = judged.state if judged.state in ("right", "weighed") else "wrong"
    return verdict(kind, said[0], *said[1:])


def weighed(item: Item, chosen: str) -> str:
    """What speaks for and against each choice, each reason with its source, as HTML."""
    return element("div", "".join(
        element(
            "section",
            element("h4", prose(choice) + (MINE if choice == chosen else ""))
            + _side("For it", sides.speaks_for) + _side("Against it", sides.against),
        )
        for choice, sides in item.weighs.items()
    ), class_="kfv-weighs")  # fmt: skip


#: Beside the choice of whoever decided.
MINE = element("i", "your choice", class_="kfv-flag")


def _side(title: str, reasons: Sequence[Reason]) -> str:
    items = "".join(
        element("li", prose(reason.text) + element("small", words(reason.source)))
        for reason in reasons
    )
    return element("h5", title) + element("ul", items)


def spoken(item: Item, judged: Judgement) -> str:
    """The same for a screen reader."""
    return plain(" ".join(filter(None, sentences(item, judged))))


def twin(rows: Sequence[dict[str, str]]) -> str:
    """The picture's numbers as a table, folded away by the reader's own browser."""
    if not rows:
        return ""
    head = "".join(element("th", words(name), scope="col") for name in rows[0])
    body = "".join(
        element("tr", "".join(element("td", words(cell)) for cell in row.values())) for row in rows
    )
    table = element("table", f"<tr>{head}</tr>{body}")
    fold = element("summary", "The numbers as a table", data_key="twin")
    return element("details", fold + table, data_key="twin-fold")


# ------------------------------------------------------------------------------ controls


def press(
    label: str, target: str, *, first: bool = False, idle: bool = False, key: str = ""
) -> str:
    """A button of the card's foot.

    The ``first`` is the way on; it has one key on every face of a card, so that the focus stays.
    """
    return button(
        words(label), key or (ON if first else target), data_event=event("press", target),
        aria_disabled="true" if idle else None,
        class_="kfv-big kfv-first" if first else "kfv-big",
    )  # fmt: skip


def foot(*parts: str, token: str, opens: str = "") -> str:
    """The buttons under a card, one that copies the ``token`` of what is shown, and one that opens
    an explorer under the card where ``opens`` is a token of it.
    """
    shared = element("span", token, data_key="token", hidden=True)
    share = button(
        "Share", "share", data_do="copy", data_from="token", class_="kfv-big kfv-quiet",
        title="Copy what is shown as a line of text",
    )  # fmt: skip
    explore = button(
        "Open in the explorer", "open", data_do="open", data_token=opens,
        class_="kfv-big kfv-quiet", title="Show this very case under the card",
    )  # fmt: skip
    more = share + (explore if opens else "") + shared
    return element("div", "".join(parts) + more, class_="kfv-foot")


def remark(said: str, *, most: int, done: bool) -> str:
    """The field for a sentence of one's own beside a decision."""
    box = element(
        "textarea", escape(said), data_key="said", data_event=event("set", "said", "$value"),
        readonly=done, rows="2", maxlength=str(most), class_="kfv-typed kfv-said",
    )  # fmt: skip
    asks = element("span", "Why? A sentence, if you like.")
    return element("label", asks + box, class_="kfv-remark")


def field(answer: str, label: str, *, lines: int, done: bool, big: bool = False) -> str:
    """The field an answer is typed into: one line (a ``big`` one for a number alone) or more."""
    sends: dict[str, Any] = event("set", "given", "$value")
    if lines == 1:
        return element(
            "input", type="text", value=answer, data_key="answer", aria_label=label,
            data_event=sends, data_when="input", readonly=done, autocomplete="off",
            spellcheck="false", class_="kfv-typed kfv-drill-typed" if big else "kfv-typed",
            data_enter=ON,
        )  # fmt: skip
    return element(
        "textarea", escape(answer), data_key="answer", aria_label=label, data_event=sends,
        readonly=done, rows=str(lines), spellcheck="false", class_="kfv-typed",
    )  # fmt: skip
