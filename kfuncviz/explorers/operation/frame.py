# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: what a state of the operation explorer looks like
========================================================

Regions in the order of the page: ``ask`` (the case), ``bar`` (who, through what, which file),
``call`` (the operation, its arguments and the answer), ``rail`` (the checks, and beside them what
would make it work), ``folds`` with the grid of errnos, and ``token``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from kfuncviz.explorers.around import copied, dressed, folds, icon, saving, tools
from kfuncviz.explorers.element import button, chooser, element, event, exact, options, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.operation.arguments import OPERATIONS, Argument
from kfuncviz.explorers.operation.case import Case, case
from kfuncviz.explorers.operation.changes import Change, Situation, plain
from kfuncviz.explorers.operation.changes import words as of_change
from kfuncviz.explorers.operation.errnos import errnos
from kfuncviz.explorers.operation.state import State, document, names, paths
from kfuncviz.model.releases import NEWEST
from kfuncviz.render import operation as picture
from kfuncviz.render.kit.frame import clamp
from kfuncviz.render.kit.tabular import table_html
from kfuncviz.scenario.load import gallery

REGIONS = ("ask", "bar", "call", "decision", "folds", "token")
NAME, ROOM = "operation", "kfv-op"
#: From here on what would make it work stands beside the rail; how wide it is then.
_BESIDE, _CARDS, _BETWEEN = 760, 300, 24


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide."""
    here, across = case(state), clamp(width)
    regions = {
        "ask": _ask(state),
        "bar": _bar(state),
        "call": _call(state, here),
        "decision": _rail(here, across),
        "folds": _folds(state, here, across),
    }
    return Frame(
        dressed(NAME, state, regions, across, ROOM), picture.sentence(here.rail),
        picture.table(here.rail, here.cards), picture.text(here.rail, here.cards),
    )  # fmt: skip


def draw(state: State, width: int = 960) -> str:
    """The static picture of a state, for a page without controls."""
    here = case(state)
    return picture.svg(here.rail, here.cards, width=width, theme="lab", standalone=False)


# ------------------------------------------------------------------------------- the question


def _ask(state: State) -> str:
    """The case, and under it, while it is open, what is known of it and the other cases."""
    found, shown = document(state.scenario), "cases" in state.folds
    title = found.get("title") or "What happens if I do this?"
    head = element(
        "summary", f"<b>{words(title)}</b>{icon('down')}", data_key="cases", title=title,
        data_event=event("fold", "cases", "$checked"),
    )  # fmt: skip
    body = ""
    if shown:
        notes = "<br>".join(map(words, (found.get("notes") or "").splitlines()))
        body = element("p", notes, class_="kfv-about") if notes else ""
        body += element("ul", "".join(map(_other_case, gallery())), class_="kfv-cases",
                        aria_label="cases")  # fmt: skip
    return element("details", head + body, class_="kfv-ask", data_key="cases-fold", open=shown)


def _other_case(name: str) -> str:
    title = words(document(name).get("title") or name)
    return element("li", button(title, f"case-{name}", data_event=event("set", "scenario", name)))


def _bar(state: State) -> str:
    found = document(state.scenario)
    here = paths(found, state.via)
    files = {path: "the root directory" if path == "." else path for path in here}
    files.setdefault(state.path, state.path)
    parts = (
        _field("caller", "by", _same(names(found, "callers")), state.by),
        _field("mount", "via", _same(names(found, "mounts")), state.via),
        _field("file", "path", files, state.path),
    )
    return "".join(parts) + tools()


def _same(found: list[str]) -> dict[str, str]:
    return {each: each for each in found}


def _field(label: str, target: str, offered: Mapping[str, str], chosen: str) -> str:
    control = chooser(label, target, event("set", target, "$value"), options(offered, chosen))
    return element("label", element("span", label) + control, class_="kfv-of")


def _call(state: State, here: Case) -> str:
    """The operation with its arguments, and the answer first of all."""
    offered = chooser("operation", "op", event("set", "op", "$value"),
                      options(_same([*OPERATIONS]), state.op))  # fmt: skip
    given = dict(state.given)
    fields = "".join(_argument(each, given) for each in OPERATIONS[state.op])
    asked = element("label", element("span", "call") + offered, class_="kfv-of")
    return element("div", asked + fields, class_="kfv-args") + _verdict(state, here)


def _argument(argument: Argument, given: Mapping[str, str]) -> str:
    key, sends = f"arg-{argument.name}", event("typed", argument.name, "$value")
    text = given.get(argument.name, argument.default)
    if argument.choices:
        control = chooser(argument.name, key, sends, options(_same([*argument.choices]), text))
    else:
        control = element("input", type="text", value=text, data_key=key, data_event=sends,
                          aria_label=argument.name, spellcheck="false",
                          size=str(min(max(len(text), 6), 40)))  # fmt: skip
    return element("label", element("span", argument.name) + control, class_="kfv-of")


def _verdict(state: State, here: Case) -> str:
    rail = here.rail
    said = f"✗ {rail.err}" if rail.err else "✓ allowed"
    name = "kfv-badge kfv-no" if rail.err else "kfv-badge"
    parts = (
        element("code", exact(rail.call)), element("span", "→", aria_hidden="true"),
        element("b", words(said), class_=name), element("span", words(picture.which(rail))),
    )  # fmt: skip
    line = element("p", "".join(parts), class_="kfv-verdict")
    changes = "".join(_changed(here.here, n, each) for n, each in enumerate(state.changes))
    return line + (element("div", changes, class_="kfv-changed") if changes else "")


def _changed(here: Situation, number: int, change: Change) -> str:
    title = of_change(change, here).title
    drop = button("✕", f"drop-{number}", data_event=event("drop", str(number)),
                  aria_label=f"take back: {title}")  # fmt: skip
    return element("span", f"changed: {words(title)} {drop}")


# ------------------------------------------------------------------------------- the answer


def _rail(here: Case, width: int) -> str:
    beside = width >= _BESIDE
    across = width - _CARDS - _BETWEEN if beside else width
    drawn = picture.svg(here.rail, width=across - 4, theme="lab", standalone=False, head=False)
    checks = element("h3", "The kernel's checks, in order") + drawn
    left = element("div", checks, class_="kfv-checks")
    return element("div", left + _cards(here), class_="kfv-two-columns" if beside else None)


def _cards(here: Case) -> str:
    """What would make it work, each with a button that makes it, and what would not."""
    if not here.rail.err:
        said = element("p", words(f"It works: {here.rail.rule}."))
        return element("div", element("h3", "What comes of it") + said, class_="kfv-cards")
    helping = zip(here.found.helps, (card for card in here.cards if card.helps), strict=True)
    body = element("h3", "What would make it work")
    for nth, (tried, card) in enumerate(helping, 1):
        sends = event("try", "changes", plain(tried.changes))
        parts = (
            element("b", words(f"{nth}. {card.title}")), element("code", exact(card.typed)),
            element("span", words(card.came)),
            button("Try it", f"try-{nth}", data_event=sends, aria_label=f"Try it: {card.title}"),
        )  # fmt: skip
        body += element("div", "".join(parts), class_="kfv-change")
    if not here.found.helps:
        body += element("p", "None of the changes tried helps, nor any two of them.")
    idle = [card for card in here.cards if not card.helps]
    if idle:
        body += element("h3", "What would not")
    for card in idle:
        told = element("b", words(card.title)) + element("span", words(card.came))
        body += element("div", told, class_="kfv-change kfv-idle")
    return element("div", body, class_="kfv-cards")


# ------------------------------------------------------------------------------- the folds


def _folds(state: State, here: Case, width: int) -> str:
    rows = picture.table(here.rail, here.cards)
    note = f"kfuncviz {version('kfuncviz')}, Linux {NEWEST.major}.{NEWEST.minor}"
    bodies = {
        "grid": ("Which errno, and why that one?", lambda: errnos(state, width)),
        "table": ("Table", lambda: table_html(rows, "every check and change") if rows else ""),
        "mail": ("Text for a mail",
                 lambda: copied(picture.text(here.rail, here.cards), "mail")),
        "save": ("Save", lambda: saving("operation", note, draw(state, 844))),
    }  # fmt: skip
    return folds(bodies, state.folds)
