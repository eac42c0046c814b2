# SPDX-License-Identifier: BSD-3-Clause
"""
The contracts in words
======================

The matrix as a sentence, as rows and as plain text; one change against every exposure, one
exposure's contract, the key, and the lifecycle section for kfuncs as it read in a release.  Text
has at most 80 columns, for a terminal or a mail.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Sequence

from kfuncviz.kfuncs.contracts import (
    ABOUT,
    GLYPHS,
    MEANINGS,
    Cell,
    Change,
    Exposure,
    change,
    changes,
    consequence,
    exposure,
    exposures,
    follows,
)
from kfuncviz.kfuncs.known import NotKnown, document, within
from kfuncviz.render.kit.plain import wrap

COLUMNS = 80
#: What a mail holds, and the sign of a cell that is not told.
MAIL, COVERED = 72, "?"
_KEPT = "\N{NO-BREAK SPACE}"
_GUTTER = 24
_SAID = {"holds": "hold", "adapts": "adapt", "breaks": "break"}  # of more than one


def chosen(
    change_ids: Sequence[str] | None, exposure_ids: Sequence[str] | None
) -> tuple[list[Change], list[Exposure]]:
    """The changes and exposures asked for, in that order; ``None`` is all of them."""
    rows = [change(name) for name in (changes() if change_ids is None else change_ids)]
    ways = [exposure(name) for name in (exposures() if exposure_ids is None else exposure_ids)]
    return rows, ways


def grouped(rows: Sequence[Change]) -> list[tuple[str, list[Change]]]:
    """The changes by what they are about, each group under its heading; an empty one is left out.

    >>> [len(found) for _, found in grouped([change("own-maps-6.8"), change("perfmon-7.3")])]
    [1, 1]
    """
    found = [(words, [row for row in rows if row.about == about]) for about, words in ABOUT.items()]
    return [(words, group) for words, group in found if group]


def payers(cell: Cell) -> list[tuple[str, str]]:
    """Who pays, and what.

    >>> payers(consequence("none", "own-maps-6.8"))[-1]
    ('maintainers', 'are free')
    """
    return [
        ("code in the tree", cell.payers.in_tree),
        ("programs outside", cell.payers.out_of_tree),
        ("users", cell.payers.users),
        ("maintainers", cell.payers.maintainers),
    ]


def sentence(
    change_ids: Sequence[str] | None = None, exposure_ids: Sequence[str] | None = None
) -> str:
    """How many cells of the matrix end in which outcome; the idmap's inside and the rest apart.

    >>> sentence(["vfs-mkdir-6.15"], ["export", "fentry-core"])
    '1 change under 2 exposures: 1 edit, 1 wrong.'
    >>> print(sentence(["own-maps-6.8", "perfmon-7.3"], ["kfunc"]))
    The idmap's inside: 1 change under 1 exposure: 1 holds. \
Rules and kfuncs elsewhere: 1 change under 1 exposure: 1 partly.
    """
    rows, ways = chosen(change_ids, exposure_ids)
    groups = grouped(rows)
    if len(groups) < 2:
        return _counted(rows, ways)
    said = ((words.partition(":")[0], _counted(found, ways)) for words, found in groups)
    return " ".join(f"{name[0].upper()}{name[1:]}: {counts}" for name, counts in said)


def _counted(rows: Sequence[Change], ways: Sequence[Exposure]) -> str:
    found = Counter(consequence(way.id, row.id).outcome for row in rows for way in ways)
    counts = (
        f"{found[name]} {_SAID.get(name, name) if found[name] > 1 else name}"
        for name in GLYPHS if found[name]
    )  # fmt: skip
    asked = f"{_count(len(rows), 'change')} under {_count(len(ways), 'exposure')}"
    return f"{asked}: {', '.join(counts) or 'nothing to say'}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def table(
    change_ids: Sequence[str] | None = None,
    exposure_ids: Sequence[str] | None = None,
    covered: Collection[tuple[str, str]] = (),
) -> list[dict[str, str]]:
    """The matrix as rows: "change", "release", "about", and the outcome under each exposure's id.

    ``covered`` as in :func:`text`.

    >>> table(["own-maps-6.8"], ["kfunc"])
    [{'change': 'own-maps-6.8', 'release': '6.8', 'about': 'inside', 'kfunc': 'holds'}]
    """
    rows, ways = chosen(change_ids, exposure_ids)
    return [
        {"change": row.id, "release": row.release, "about": row.about}
        | {
            way.id: COVERED if (row.id, way.id) in covered else consequence(way.id, row.id).outcome
            for way in ways
        }
        for row in rows
    ]


def change_text(name: str) -> str:
    """One change against every exposure: outcome, why, by which rule.

    >>> print(change_text("file-mnt-idmap-const-6.7").splitlines()[0])
    file-mnt-idmap-const-6.7  file_mnt_idmap() takes a const pointer (6.7)
    >>> change_text("inode-uid-7.3") == change_text("inode-uid-6.19")
    True
    >>> "↻ rebuild   export" in change_text("file-mnt-idmap-const-6.7")
    True
    """
    return event_text(change(name))


def event_text(event: Change) -> str:
    """The same of any change, one of the list or not.

    >>> event_text(change("own-maps-6.8")) == change_text("own-maps-6.8")
    True
    """
    lines = wrap(f"{event.id}  {event.title} ({event.release})", COLUMNS, hyphens=False)
    for label, said in (("", event.what), ("note: ", event.note)):
        lines += wrap(said, COLUMNS, first=f"  {label}", then="  ", hyphens=False) if said else []
    lines.append("  sources:")
    for source in event.sources:
        lines += wrap(source, COLUMNS, first="    ", then="      ", hyphens=False)
    lines.append("")
    for way in exposures().values():
        cell = follows(way, event)
        head = f"{cell.glyph} {cell.outcome:<10}{way.short:<12}"
        said = f"{cell.why} [{cell.rule}]"
        lines += wrap(said, COLUMNS, first=head, then=" " * _GUTTER, hyphens=False)
    return "\n".join(lines) + "\n"


def text(
    change_ids: Sequence[str] | None = None,
    exposure_ids: Sequence[str] | None = None,
    covered: Collection[tuple[str, str]] = (),
) -> str:
    """The matrix, one line a change, what it is about over each group, and a key: 72 columns.

    ``covered`` are pairs of change and exposure whose cells are not told.

    >>> print(text(["own-maps-6.8"], ["kfunc", "fentry-core"]).splitlines()[6].split())
    ['own-maps-6.8', '✓', '✗']
    """
    rows, ways = chosen(change_ids, exposure_ids)
    lines = [f"{n + 1:>2} {way.short:<11} {way.title}" for n, way in enumerate(ways)]
    lines += ["", " " * 28 + "".join(f"{n + 1:>4}" for n in range(len(ways)))]
    for heading, events in grouped(rows):
        lines += wrap(heading, MAIL)
        for event in events:
            signs = (
                COVERED if (event.id, way.id) in covered else consequence(way.id, event.id).glyph
                for way in ways
            )
            lines.append(f"{event.id:<28}{''.join(f'{sign:>4}' for sign in signs)}")
    key = "  ".join(f"{sign} {name}".replace(" ", _KEPT) for name, sign in GLYPHS.items())
    return "\n".join([*lines, "", *(line.replace(_KEPT, " ") for line in wrap(key, MAIL))])


def cell_text(cell: Cell) -> str:
    """One cell for a mail: what changed, what follows and why, who pays, and where it is from.

    >>> print(cell_text(consequence("kfunc", "own-maps-6.8")).splitlines()[0])
    own-maps-6.8 x kfunc: holds (nothing to do)
    """
    event = change(cell.change)
    meaning = MEANINGS[cell.outcome]
    lines = wrap(f"{cell.change} x {cell.exposure}: {cell.outcome} ({meaning})", MAIL)
    for label, value in (
        ("exposed as", exposure(cell.exposure).title),
        ("changed", f"{event.title} ({event.release}). {event.what}"),
        ("why", f"{cell.why} [{cell.rule}]"),
        *payers(cell),
        ("note", event.note),
    ):
        lines += wrap(value, MAIL, first=f"  {label:<18}", then=" " * 20, hyphens=False)
    for source in event.sources:
        lines += textwrap.wrap(
            f"  source: {source}",
            MAIL,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip  (an address stays whole, however long it is)
    return "\n".join(lines) + "\n"


def contract_text(name: str) -> str:
    """One exposure's contract: who, notice, who pays, how it shows, what is said, what was seen.

    >>> print(contract_text("kfunc").splitlines()[1])
      who may change it    the maintainer of the subsystem that defines it
    """
    way = exposure(name)
    lines = [way.title]
    for label, value, source in (
        ("who may change it", way.who, ""),
        ("notice owed", way.notice, ""),
        ("callers in the tree", way.in_tree, ""),
        ("programs outside", way.out_of_tree, ""),
        ("users", way.users, ""),
        ("how it shows", way.shows, ""),
        ("measured", way.measured.text, way.measured.source),
        *(("said", s.says, f"{s.document}, {s.section}, {s.releases}") for s in way.says),
    ):
        lines += wrap(value, COLUMNS, first=f"  {label:<21}", then=" " * 23)
        if source:  # on lines of its own: the address of a mail is long
            lines += wrap(f"({source})", COLUMNS, first="  ", then="  ", hyphens=False)
    return "\n".join(lines) + "\n"


def changes_text() -> str:
    """Every change by its id, with its title, under what it is about.

    >>> print(changes_text().splitlines()[1])
      vfs-takes-userns-5.12     vfs_create(), vfs_unlink() and others take the
    """
    lines = []
    for heading, events in grouped(list(changes().values())):
        lines += wrap(heading, COLUMNS)
        for event in events:
            head = f"  {event.id:<26}"
            lines += wrap(event.title, COLUMNS, first=head, then=" " * 28)
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
    read = document("contracts", "lifecycle")
    if not within(release, read["since"], None):
        raise NotKnown(read["before"])
    if not within(release, None, read["until"]):
        raise NotKnown(f"the text was read up to {read['until']}, not in {release!r}")
    where = f"{read['document']}, section {read['section']}, commit {read['commit']}"
    lines = wrap(where, COLUMNS, first="  ", then="  ")
    for statement in read["statements"]:
        lines += wrap(statement["text"], COLUMNS, first="- ", then="  ")
    lines += wrap(read["unchanged"], COLUMNS, first="  ", then="  ")
    return "\n".join(lines) + "\n"


def key_text() -> str:
    """The signs and what they ask of the code outside.

    >>> print(key_text().splitlines()[6])
    ⚠ wrong      runs, misleads
    """
    return "\n".join(f"{GLYPHS[name]} {name:<10} {text}" for name, text in MEANINGS.items()) + "\n"
