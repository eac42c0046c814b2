# SPDX-License-Identifier: BSD-3-Clause
"""
Record: one kfunc's page
========================

Its terms, run by run of releases, and the recorded events with their commits.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfuncviz.evidence.data.load import cited
from kfuncviz.evidence.history.record import KfuncHistory, Terms, kfunc_history
from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.lifetimes.state import State
from kfuncviz.render.lifetimes.words import told

#: Narrower than this, in pixels, the table gives way to a list.
TABLE_FROM = 640
_HEADS = ("releases", "prototype a program sees", "flags", "program types", "file and source")


def record(state: State, width: int) -> str:
    """The page of the kfunc that is open; nothing where none is."""
    if not state.kfunc:
        return ""
    history = kfunc_history(state.kfunc)
    shut = button("Close", "shut", data_event=event("select", history.name))
    head = element("div", element("h4", f"<code>{words(history.name)}</code>") + shut,
                   class_="kfv-page-head")  # fmt: skip
    body = element("p", words(f"{told(history.lives)}."))
    body += (_table(history) if width >= TABLE_FROM else _list(history)) + _events(history)
    return element("div", head + body, class_="kfv-page", role="group", data_key="kfunc-page",
                   aria_label=f"page of {history.name}")  # fmt: skip


def _table(history: KfuncHistory) -> str:
    heads = "".join(element("th", name, scope="col") for name in _HEADS)
    rows = "".join(
        element("tr", element("th", first, scope="row") + "".join(f"<td>{c}</td>" for c in rest))
        for first, *rest in map(_cells, history.terms)
    )
    return element("table", f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>",
                   aria_label="terms")  # fmt: skip


def _list(history: KfuncHistory) -> str:
    items = "".join(
        element("dt", first) + "".join(element("dd", cell) for cell in rest)
        for first, *rest in map(_cells, history.terms)
    )
    return element("dl", items)


def _cells(terms: Terms) -> list[str]:
    """The releases of one run of terms, and the terms, as HTML."""
    row = terms.row
    span = terms.first if terms.first == terms.last else f"{terms.first} to {terms.last}"
    return [
        words(span),
        f"<code>{words(row['bpf_visible_prototype'])}</code>",
        words(row["flags"].replace("|", " ") or "no flag"),
        words(row["program_types"].replace("|", " ")),
        words(cited(row)),
    ]


def _events(history: KfuncHistory) -> str:
    return element("ul", "".join(_event_lines(history)), class_="kfv-small")


def _event_lines(history: KfuncHistory) -> Iterator[str]:
    for row in history.events:
        commit = f" [{row['commit'][:12]}]" if row["commit"] else ""
        said = f"{row['release']}: {row['event'].replace('_', ' ')} {row['detail']}".strip()
        yield element("li", words(f"{said}{commit}"))
