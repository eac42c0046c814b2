# SPDX-License-Identifier: BSD-3-Clause
"""
The contracts as plain text
===========================

At most 80 columns, for a terminal or a mail: one change against every exposure, one exposure's
contract, the whole matrix as one line a change, and the lifecycle text for kfuncs as it read in
a release.
"""

from __future__ import annotations

import textwrap

from kfuncviz.kfuncs.contracts.matrix import change, changes, consequence, exposure, exposures
from kfuncviz.kfuncs.contracts.types import GLYPHS, MEANINGS
from kfuncviz.kfuncs.known import NotKnown, document, within

COLUMNS = 80
_GUTTER = 24


def matrix_row_text(changed: str) -> str:
    """One change against every exposure: verdict, why, by which rule.

    >>> print(matrix_row_text("file-mnt-idmap-const-6.7").splitlines()[0])
    file-mnt-idmap-const-6.7  file_mnt_idmap() takes a const pointer (6.7)
    >>> "↻ rebuild   export" in matrix_row_text("file-mnt-idmap-const-6.7")
    True
    """
    event = change(changed)
    lines = textwrap.wrap(f"{event.id}  {event.title} ({event.release})", COLUMNS)
    lines += _wrapped(event.what)
    lines += _wrapped("; ".join(event.sources), "source: ")
    if event.note:
        lines += _wrapped(event.note, "note: ")
    lines.append("")
    for way in exposures().values():
        cell = consequence(way.id, changed)
        head = f"{cell.glyph} {cell.verdict:<10}{way.short:<12}"
        lines += textwrap.wrap(
            f"{head}{cell.why} [{cell.rule}]",
            COLUMNS,
            subsequent_indent=" " * _GUTTER,
            break_on_hyphens=False,
            break_long_words=False,
        )
    return "\n".join(lines) + "\n"


def matrix_text() -> str:
    """The whole matrix, one line a change, with a key.

    >>> print(matrix_text().splitlines()[-1])
    ✓ holds  ≈ adapts  ↻ rebuild  ✎ edit  ✗ breaks  ⚠ wrong  · not there
    """
    ways = list(exposures().values())
    lines = [f"{n + 1:>2} {way.short:<11} {way.title}" for n, way in enumerate(ways)]
    lines += ["", " " * 28 + "".join(f"{n + 1:>4}" for n in range(len(ways)))]
    for event in changes():
        cells = "".join(f"{consequence(way.id, event).glyph:>4}" for way in ways)
        lines.append(f"{event:<28}{cells}")
    return "\n".join([*lines, "", "  ".join(f"{sign} {name}" for name, sign in GLYPHS.items())])


def exposure_text(name: str) -> str:
    """One exposure's contract: who, notice, who pays, how it shows, what is said, what was seen.

    >>> print(exposure_text("kfunc").splitlines()[1])
      who may change it    the maintainer of the subsystem that defines it
    """
    way = exposure(name)
    lines = [way.title]
    for label, value in (
        ("who may change it", way.who),
        ("notice owed", way.notice),
        ("callers in the tree", way.in_tree),
        ("programs outside", way.out_of_tree),
        ("users", way.users),
        ("how it shows", way.shows),
        ("measured", f"{way.measured.text} ({way.measured.source})"),
        *(("said", f"{s.says} ({s.document}, {s.section}, {s.releases})") for s in way.says),
    ):
        lines += textwrap.wrap(
            value, COLUMNS, initial_indent=f"  {label:<21}", subsequent_indent=" " * 23
        )
    return "\n".join(lines) + "\n"


def lifecycle_text(release: str) -> str:
    """What the lifecycle section for kfuncs said in a release, statement by statement.

    The thread of July 2023 could read the one of 6.4; later releases carry the same text.

    >>> lifecycle_text("6.4") == lifecycle_text("7.3")
    True
    >>> lifecycle_text("6.2")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: The document exists since 6.0; up to 6.2 it had no such section.
    """
    text = document("contracts", "lifecycle")
    if not within(release, text["since"], None):
        raise NotKnown(text["before"])
    if not within(release, None, text["until"]):
        raise NotKnown(f"the text was read up to {text['until']}, not in {release!r}")
    lines = _wrapped(f"{text['document']}, section {text['section']}, commit {text['commit']}")
    for statement in text["statements"]:
        lines += textwrap.wrap(
            statement["text"], COLUMNS, initial_indent="- ", subsequent_indent="  "
        )
    return "\n".join(lines + _wrapped(text["unchanged"])) + "\n"


def key_text() -> str:
    """The signs and what they ask of the code outside.

    >>> print(key_text().splitlines()[5])
    ⚠ wrong      runs, misleads
    """
    return "\n".join(f"{GLYPHS[name]} {name:<10} {text}" for name, text in MEANINGS.items()) + "\n"


def _wrapped(text: str, label: str = "") -> list[str]:
    return textwrap.wrap(
        text, COLUMNS, initial_indent=f"  {label}", subsequent_indent="  ", break_on_hyphens=False
    )
