# SPDX-License-Identifier: BSD-3-Clause
"""
What is recorded under one name, as text
========================================

At most 80 columns wide.  A source leads with the tag of Linux; the import or binary that was read
comes second.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from kfuncviz.evidence.data.load import Row, cited, kfunc_releases
from kfuncviz.evidence.history.lives import Life
from kfuncviz.evidence.history.record import KfuncHistory, Terms, kfunc_history, names
from kfuncviz.evidence.index import Recorded, plain, recorded

_WIDTH = 80
_HIDDEN = (
    "KF_IMPLICIT_ARGS hides the kernel's last argument only where the type information was made by "
    "a new enough pahole (1.26 or 1.27, by the reports); elsewhere programs are refused with "
    "func_proto incompatible with vmlinux (github:CachyOS/copr-linux-cachyos issues 100 and 113)"
)


def history_text(name: str) -> str:
    """What is recorded under a name, of whatever kind.

    :raises UnknownName: with the names near it, for one that no table knows.

    >>> print(history_text("bpf_put_file").splitlines()[0])
    bpf_put_file: born 6.12, alive in 7.3
    >>> print(history_text("vfs_create").splitlines()[0])
    vfs_create: a VFS function with a map argument, in every release from 5.12 to
    """
    asked = plain(name)
    if asked in names():
        return kfunc_text(kfunc_history(asked))
    return recorded_text(recorded(asked))


def recorded_text(found: Recorded) -> str:
    """The record of a name that is no kfunc.

    >>> from kfuncviz.evidence.index import recorded
    >>> print(recorded_text(recorded("inode.i_uid")).splitlines()[2])
    5.12
    """
    lines = textwrap.wrap(f"{found.name}: {found.says}", _WIDTH, subsequent_indent="  ")
    for span in found.spans:
        lines += ["", span.first if span.first == span.last else f"{span.first} to {span.last}"]
        for label, text in span.told:
            lines += _entry(label, text)
    if found.events:
        lines += ["", "recorded events"]
    for when, text in found.events:
        lines += _entry(when, text)
    return "\n".join([*lines, "", *_entry("source", found.source)])


def kfunc_text(history: KfuncHistory, columns: int = _WIDTH) -> str:
    """Its lives, its terms run by run, and the recorded events: at most ``columns`` wide.

    >>> from kfuncviz import evidence
    >>> print(kfunc_text(evidence.kfunc_history("bpf_put_file")).splitlines()[0])
    bpf_put_file: born 6.12, alive in 7.3
    """
    test = " (a test kfunc, in no statistic)" if history.category == "test" else ""
    opening = f"{history.name}: {_lives(history)}{test}"
    lines = textwrap.wrap(opening, columns, subsequent_indent="  ")
    for terms in history.terms:
        lines += ["", *_terms(terms, columns)]
    if history.events:
        lines += ["", "recorded events"]
    for event in history.events:
        lines += _event(event, columns)
    return "\n".join(lines)


def _lives(history: KfuncHistory) -> str:
    newest = kfunc_releases()[-1]
    return "; back again: ".join(
        f"born {life.born}, {_end(life) or f'alive in {newest}'}" for life in history.lives
    )


def _end(life: Life) -> str:
    """How and when a life ended; empty for one that goes on."""
    return f"{'renamed' if life.renamed else 'gone'} {life.died}" if life.died else ""


def _terms(terms: Terms, columns: int) -> Iterator[str]:
    row = terms.row
    yield terms.first if terms.first == terms.last else f"{terms.first} to {terms.last}"
    yield from _entry("prototype", row["bpf_visible_prototype"], columns)
    yield from _entry("flags", row["flags"].replace("|", " "), columns)
    yield from _entry("types", row["program_types"].replace("|", " "), columns)
    yield from _entry("file", row["defined_in"], columns)
    yield from _entry("source", cited(row), columns)
    if "KF_IMPLICIT_ARGS" in row["flags"]:
        yield from _entry("note", _HIDDEN, columns)


def _event(event: Row, columns: int) -> list[str]:
    commit = f" [{event['commit'][:12]}]" if event["commit"] else ""
    told = f"{event['event'].replace('_', ' ')} {event['detail']}".strip()
    return _entry(event["release"], told + commit, columns)


def _entry(label: str, text: str, columns: int = _WIDTH) -> list[str]:
    return textwrap.wrap(
        text or "none",
        columns,
        initial_indent=f"  {label:<9} ",
        subsequent_indent=" " * 12,
        break_on_hyphens=False,
    )
