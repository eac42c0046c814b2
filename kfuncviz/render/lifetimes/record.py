# SPDX-License-Identifier: BSD-3-Clause
"""
The record of one kfunc as text
===============================
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kfuncviz.evidence.data.load import Row, kfunc_releases
from kfuncviz.evidence.history.record import KfuncHistory, Terms

_WIDTH = 80


def kfunc_text(history: KfuncHistory) -> str:
    """Its lives, its terms run by run, and the recorded events: at most 80 columns wide.

    >>> from kfuncviz import evidence
    >>> print(kfunc_text(evidence.kfunc_history("bpf_put_file")).splitlines()[0])
    bpf_put_file: born 6.12, alive in 7.3
    """
    test = " (a test kfunc, in no statistic)" if history.category == "test" else ""
    opening = f"{history.name}: {_lives(history)}{test}"
    lines = textwrap.wrap(opening, _WIDTH, subsequent_indent="  ")
    for terms in history.terms:
        lines += ["", *_terms(terms)]
    if history.events:
        lines += ["", "recorded events"]
    for event in history.events:
        lines += _event(event)
    return "\n".join(lines)


def _lives(history: KfuncHistory) -> str:
    newest = kfunc_releases()[-1]
    return "; back again: ".join(
        f"born {life.born}, " + (f"gone {life.died}" if life.died else f"alive in {newest}")
        for life in history.lives
    )


def _terms(terms: Terms) -> Iterator[str]:
    row = terms.row
    yield terms.first if terms.first == terms.last else f"{terms.first} to {terms.last}"
    yield from _entry("prototype", row["bpf_visible_prototype"])
    yield from _entry("flags", row["flags"].replace("|", " "))
    yield from _entry("types", row["program_types"].replace("|", " "))
    yield from _entry("file", row["defined_in"])
    yield from _entry("source", row["source"])


def _event(event: Row) -> list[str]:
    commit = f" [{event['commit'][:12]}]" if event["commit"] else ""
    told = f"{event['event'].replace('_', ' ')} {event['detail']}".strip()
    return _entry(event["release"], told + commit)


def _entry(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text or "none",
        _WIDTH,
        initial_indent=f"  {label:<10}",
        subsequent_indent=" " * 12,
        break_on_hyphens=False,
    )
