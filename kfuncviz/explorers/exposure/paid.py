# SPDX-License-Identifier: BSD-3-Clause
"""
Paid: who pays for the changes on screen, in people and in programs
===================================================================
"""

from __future__ import annotations

from collections import Counter

from kfuncviz.evidence.data.load import position, releases
from kfuncviz.evidence.idmap.wrappers import written
from kfuncviz.explorers.element import element, words
from kfuncviz.explorers.exposure.state import NOTHING, State, covered, rows, ways
from kfuncviz.kfuncs.contracts import GLYPHS
from kfuncviz.render.exposure.bills import Bill, bill

#: Narrower than this, in pixels, the table gives way to a list.
TABLE_FROM = 640
_HEADS = ("exposed as", "programs outside", "in the tree", "users", "maintainers")


def paid(state: State, width: int) -> str:
    """A line an exposure; nothing is counted before it may be known."""
    events = rows(state)
    if not events:
        return element("p", NOTHING)
    if covered(state):
        said = "Who pays is counted when nothing waits for a guess."
        return element("p", said, class_="kfv-small")
    many = "1 change" if len(events) == 1 else f"{len(events)} changes"
    told = f"Who pays, in people and in programs, for {many}"
    bills = [bill(way, events) for way in ways()]
    return (_table(told, bills) if width >= TABLE_FROM else _list(told, bills)) + _wrappers(state)


def _table(told: str, bills: list[Bill]) -> str:
    heads = "".join(element("th", head, scope="col") for head in _HEADS)
    body = "".join(
        element("tr", element("th", words(found.exposure.title), scope="row")
                + "".join(element("td", cell) for cell in _cells(found)))
        for found in bills
    )  # fmt: skip
    caption = element("caption", f"<b>{told}</b>")
    whole = f"{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
    return element("table", whole, class_="paid")


def _list(told: str, bills: list[Bill]) -> str:
    items = "".join(
        element("dt", words(found.exposure.title))
        + "".join(
            element("dd", f"{head}: {cell}")
            for head, cell in zip(_HEADS[1:], _cells(found), strict=True)
        )
        for found in bills
    )
    return element("p", f"<b>{told}</b>") + element("dl", items, class_="paid")


def _cells(found: Bill) -> list[str]:
    """What stands beside the name of an exposure, as HTML."""
    programs = "cannot ask"
    if found.exposure.kind != "none":
        programs = " ".join(
            element("span", f"{GLYPHS[name]}&nbsp;{n}&nbsp;{name.replace(' ', '&nbsp;')}")
            for name, n in found.outcomes.items()
        )
    return [programs, *map(words, (found.exposure.in_tree, found.users, found.maintainers))]


def _wrappers(state: State) -> str:
    """How often the wrappers of 2023 would have been edited over the same releases."""
    since, until = state.since or releases()[0], state.until or releases()[-1]
    verdicts = Counter(
        line.verdict
        for line in written()
        if position(since) < position(line.release) <= position(until)
    )
    said = (
        "The four wrappers proposed in July 2023, as the helpers of each release would have had "
        f"them written, after {since} up to {until}: {verdicts['body edited']} edits of a body, "
        "of which a program that calls them sees nothing, and "
        f"{verdicts['prototype changed']} changes of a prototype (history table idmap_api; "
        "meaning not judged)."
    )
    return element("p", words(said), class_="kfv-small")
