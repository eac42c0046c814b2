# SPDX-License-Identifier: BSD-3-Clause
"""
Folds: what opens under the answers
===================================

Steps and sources, the table, the id space to scale, the text for a mail, and what can be taken
away.  A closed fold is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from kfuncviz import render
from kfuncviz.dialects.commands import commands
from kfuncviz.explorers import around
from kfuncviz.explorers.around import copied, saving
from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.operation.questions import refuses
from kfuncviz.explorers.ownership import kernels
from kfuncviz.explorers.ownership.cases import Case, step_of
from kfuncviz.explorers.ownership.recorded import scenario
from kfuncviz.explorers.ownership.state import MOST_ZOOM, State
from kfuncviz.model.releases import NEWEST
from kfuncviz.model.trace import READ_AT, Step
from kfuncviz.model.uidgid import INVALID
from kfuncviz.render.ownership.labels import PREFIXES
from kfuncviz.render.ownership.scale import Window
from kfuncviz.scenario.ownership.answer import Call, Ownership

TITLES = {
    "steps": "Steps and sources",
    "table": "Table",
    "scale": "To scale",
    "mail": "Text for a mail",
    "commands": "As commands",
    "save": "Save",
}


def folds(state: State, here: Case, width: int) -> str:
    """All folds, in the order of the page."""
    bodies = {
        "steps": lambda: _steps(state, here),
        "table": lambda: "".join(render.table_html(o) for o in here.answers),
        "scale": lambda: _scale(state, here, width),
        "mail": lambda: copied("\n\n".join(render.text(o) for o in here.answers), "mail"),
        "commands": lambda: copied(commands(scenario(state)), "commands"),
        "save": lambda: _save(state, here),
    }
    return around.folds({name: (TITLES[name], body) for name, body in bodies.items()}, state.folds)


# -------------------------------------------------------------------------------- steps


def _steps(state: State, here: Case) -> str:
    calls = here.ownership.calls
    at = step_of(state, len(calls))
    walk = "".join(
        button(label, f"step-{way}", data_event=event("step", way), data_hotkey=hotkey,
               aria_disabled="true" if nothing else None,
               data_back=way == "back", data_forward=way == "next")
        for way, label, hotkey, nothing in (
            ("first", "First", None, at == 0), ("back", "Back [", "[", at == 0),
            ("next", "Next ]", "]", at == len(calls)), ("last", "Last", None, at == len(calls)),
        )
    )  # fmt: skip
    rows = "".join(_call(call, number, at) for number, call in enumerate(calls, 1))
    body = _group("Who owns it: calls") + rows
    body += _group("What you may do: checks") + "".join(_checks(here))
    body += _group("Kernels at which this changes") + "".join(_kernels(state))
    heads = "".join(
        element("th", name, scope="col")
        for name in ("no.", "call or check", "result", "source", "semantics")
    )
    caption = "every call and check, with its source file and section"
    note = f"{PREFIXES}. Names lead to where they were read: Linux {READ_AT}."
    table = f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>{body}</table>"
    return (
        element("div", f"{walk}<span>call {at} of {len(calls)}</span>", class_="kfv-walk")
        + element("div", table, class_="kfv-steps")
        + element("p", words(note), class_="kfv-small")
    )  # fmt: skip


def _group(title: str) -> str:
    return f'<tr class="kfv-group"><th scope="colgroup" colspan="5">{title}</th></tr>'


def _call(call: Call, number: int, at: int) -> str:
    name = f"<code>{_link(call.url, call.function)}({words(call.arguments)})</code>"
    indent = f"padding-left:{8 + 12 * min(call.depth, 8)}px"
    jump = button(str(number), f"call-{number}", data_event=event("step", str(number)),
                  aria_label=f"to call {number}")  # fmt: skip
    cells = (
        f"<td>{jump}</td>", element("td", name, style=indent),
        f"<td><code><b>{words(call.answer)}</b></code></td>",
        f"<td>{words(call.file)}</td>", f"<td>\N{SECTION SIGN} {words(call.section)}</td>",
    )  # fmt: skip
    later = "kfv-not-yet" if number > at else None
    return element(
        "tr", "".join(cells), class_=later, aria_current="step" if number == at else None
    )


def _link(url: str, text: str) -> str:
    if not url:
        return words(text)
    return element("a", words(text), href=url, target="_blank", rel="noopener")


def _checks(here: Case) -> Iterator[str]:
    told: set[tuple[str, bool]] = set()
    for verdict in here.verdicts:
        for step in verdict.checks:
            key = (step.call, refuses(step))
            if key not in told:
                told.add(key)
                yield _check(step)


def _check(step: Step) -> str:
    failed = refuses(step)
    result = f"<b>{'refused' if failed else 'passed'}</b>"
    if step.error is not None:
        result = f"<b>{step.error.name}</b> {words(step.error.rule)}"
    sign = "\N{BALLOT X}" if failed else "\N{CHECK MARK}"
    name = f"<code>{_link(step.url, step.function)}({words(step.arguments)})</code>"
    cells = (
        f"<td>{sign}</td><td>{name}</td><td>{result}</td><td>{words(step.file)}</td>"
        f"<td>\N{SECTION SIGN} {words(step.section)}</td>"
    )
    return element("tr", cells, class_="kfv-failed" if failed else None)


def _kernels(state: State) -> Iterator[str]:
    at = kernels.at(state)
    for nth, stop in enumerate(kernels.stops(state)):
        change = stop.change
        said = "the first release with idmapped mounts" if change is None else change.text
        source = "" if change is None else change.source
        jump = button(words(stop.kernel), f"stop-{nth}",
                      data_event=event("set", "kernel", stop.kernel))  # fmt: skip
        cells = f'<td>{jump}</td><td colspan="2">{words(said)}</td>'
        cells += f'<td colspan="2">{words(source)}</td>'
        yield element("tr", cells, aria_current="true" if nth == at else None)


# ------------------------------------------------------------------------- other folds


def _scale(state: State, here: Case, width: int) -> str:
    o = here.ownership
    window = window_of(state, o)
    buttons = "".join(
        button(label, f"zoom-{way}", data_event=event("zoom", way),
               aria_disabled="true" if nothing else None)
        for way, label, nothing in (
            ("in", "Closer", state.zoom == MOST_ZOOM), ("out", "Wider", not state.zoom),
            ("whole", "All ids", not state.zoom),
        )
    )  # fmt: skip
    said = f"{window.first} to {window.stop - 1}"
    return element("div", f"{buttons}<span>{said}</span>", class_="kfv-walk") + render.strip(
        o, width, theme="lab", window=window
    )


def window_of(state: State, o: Ownership) -> Window:
    """The part of the id space that is drawn to scale: a power of sixteen around where it starts.

    >>> from kfuncviz.explorers.ownership.cases import case
    >>> from kfuncviz.explorers.ownership.state import first
    >>> s = first("home-on-a-stick")
    >>> window_of(s, case(s).ownership)
    Window(first=0, stop=4294967295)
    """
    if not state.zoom:
        return Window(0, INVALID)
    wide = (INVALID + 1) >> (4 * state.zoom)
    here = o.lanes[o.travel.start].id or 0
    first = here // wide * wide
    return Window(first, min(first + wide, INVALID))


def _save(state: State, here: Case) -> str:
    linux = state.kernel or f"{NEWEST.major}.{NEWEST.minor}"
    note = f"kfuncviz {version('kfuncviz')}, Linux {linux}"
    drawn = "".join(render.svg(o, 844, theme="lab", standalone=False) for o in here.answers)
    return saving("ownership", note, drawn)
