# SPDX-License-Identifier: BSD-3-Clause
"""The contracts in words: every cell of the matrix, every line of a contract, in 80 columns."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import replace

import pytest

from kfuncviz.kfuncs.contracts import (
    ABOUT,
    GLYPHS,
    MEANINGS,
    cells,
    change,
    changes,
    consequence,
    exposures,
)
from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.render.exposure import (
    cell_text,
    change_text,
    changes_text,
    contract_text,
    event_text,
    key_text,
    lifecycle_text,
    sentence,
    table,
    text,
)


def flat(text: str) -> str:
    return " ".join(text.split())


def filled(words: str, columns: int, first: str = "", then: str = "", **how: bool) -> list[str]:
    """Lines as full as they can be, a name with hyphens whole."""
    return textwrap.wrap(words, columns, initial_indent=first, subsequent_indent=then,
                         **{"break_on_hyphens": False} | how)  # fmt: skip


def joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", list(changes()))
def test_a_change_fits_a_terminal_and_says_all(name: str) -> None:
    event = change(name)
    wanted = filled(f"{name}  {event.title} ({event.release})", 80)
    wanted += filled(event.what, 80, "  ", "  ")
    wanted += filled(f"note: {event.note}", 80, "  ", "  ") if event.note else []
    wanted.append("  sources:")
    wanted += [line for source in event.sources for line in filled(source, 80, "    ", " " * 6)]
    wanted.append("")
    for way in exposures().values():
        cell = consequence(way.id, name)
        head = f"{GLYPHS[cell.outcome]} {cell.outcome.ljust(10)}{way.short.ljust(12)}"
        wanted += filled(f"{cell.why} [{cell.rule}]", 80, head, " " * 24)
    assert change_text(name) == joined(wanted)


@pytest.mark.parametrize("name", list(exposures()))
def test_a_contract_fits_a_terminal_and_says_all(name: str) -> None:
    way = exposures()[name]
    told = [("who may change it", way.who, ""), ("notice owed", way.notice, "")]
    told += [("callers in the tree", way.in_tree, ""), ("programs outside", way.out_of_tree, "")]
    told += [("users", way.users, ""), ("how it shows", way.shows, "")]
    told.append(("measured", way.measured.text, way.measured.source))
    told += [("said", s.says, f"{s.document}, {s.section}, {s.releases}") for s in way.says]
    wanted = [way.title]
    for label, value, source in told:
        wanted += filled(value, 80, f"  {label.ljust(21)}", " " * 23, break_on_hyphens=True)
        wanted += filled(f"({source})", 80, "  ", "  ") if source else []
    assert contract_text(name) == joined(wanted)


@pytest.mark.parametrize(
    ("rows", "ways"), [(None, None), (["perfmon-7.3", "own-maps-6.8"], ["none", "kfunc"])]
)
def test_the_matrix_has_each_sign_under_its_column(
    rows: list[str] | None, ways: list[str] | None
) -> None:
    columns = [exposures()[name] for name in ways or exposures()]
    wanted = [
        f"{str(n).rjust(2)} {way.short.ljust(11)} {way.title}"
        for n, way in enumerate(columns, 1)
    ]  # fmt: skip
    wanted += ["", " " * 28 + "".join(str(n).rjust(4) for n in range(1, len(columns) + 1))]
    for about, heading in ABOUT.items():
        wanted += filled(heading, 72)
        for event in (change(row) for row in rows or changes()):
            if event.about == about:
                signs = (consequence(way.id, event.id).glyph.rjust(4) for way in columns)
                wanted.append(event.id.ljust(28) + "".join(signs))
    wanted += ["", "✓ holds  ≈ adapts  ↻ rebuild  ✎ edit  ◐ partly  ✗ breaks  ⚠ wrong"]
    assert text(rows, ways).splitlines() == [*wanted, "· not there"]


def test_what_is_covered_is_not_told() -> None:
    hidden = {("own-maps-6.8", "kfunc"), ("perfmon-7.3", "none")}
    told = [text(["own-maps-6.8", "perfmon-7.3"], ["kfunc", "none"], covered)
            for covered in ((), hidden)]  # fmt: skip
    assert [line.split()[1:] for line in told[0].splitlines() if line[:7] in ("own-map", "perfmon")
            ] == [["✓", "✓"], ["◐", "✓"]]  # fmt: skip
    assert [line.split()[1:] for line in told[1].splitlines() if line[:7] in ("own-map", "perfmon")
            ] == [["?", "✓"], ["◐", "?"]]  # fmt: skip
    (row,) = table(["own-maps-6.8"], ["kfunc", "none"], hidden)
    assert (row["kfunc"], row["none"]) == ("?", "holds")


@pytest.mark.parametrize("name", list(exposures()))
@pytest.mark.parametrize("event", ["f-path-union-6.18", "f-inode-6.15", "own-maps-6.8"])
def test_a_cell_fits_a_mail_and_says_all(name: str, event: str) -> None:
    cell, happened = consequence(name, event), change(event)
    wanted = filled(f"{event} x {name}: {cell.outcome} ({MEANINGS[cell.outcome]})", 72)
    for label, value in (
        ("exposed as", exposures()[name].title),
        ("changed", f"{happened.title} ({happened.release}). {happened.what}"),
        ("why", f"{cell.why} [{cell.rule}]"),
        ("code in the tree", cell.payers.in_tree),
        ("programs outside", cell.payers.out_of_tree),
        ("users", cell.payers.users),
        ("maintainers", cell.payers.maintainers),
        ("note", happened.note),
    ):
        wanted += filled(value, 72, f"  {label.ljust(18)}", " " * 20) if value else []
    for source in happened.sources:
        wanted += filled(f"  source: {source}", 72, "", "    ", break_long_words=False)
    assert cell_text(cell) == joined(wanted)


def test_a_name_with_hyphens_stays_whole() -> None:
    filler = "word " * 11
    event = replace(change("own-maps-6.8"), id="x-y", title=f"{filler} short word fs-user-ns")
    assert event_text(event).splitlines()[1] == "fs-user-ns (6.8)"
    cell = replace(consequence("kfunc", "own-maps-6.8"), why=f"{filler[:-10]} own-maps-of-a-mount")
    assert [line for line in cell_text(cell).splitlines() if "own-maps-of" in line] == [
        " " * 20 + "own-maps-of-a-mount [glue-stays]"
    ]


def test_an_address_stays_whole_in_a_mail() -> None:
    said = cell_text(consequence("kfunc", "f-inode-6.15"))
    assert "https://lore.kernel.org/r/20250301-ermahnen-kramen-b6e90ea5b50d@brauner" in said


def test_the_key() -> None:
    assert list(MEANINGS) == list(GLYPHS)
    assert key_text() == joined(
        [f"{sign} {name.ljust(10)} {MEANINGS[name]}" for name, sign in GLYPHS.items()]
    )


def test_the_rows_and_the_sentence_count_the_cells() -> None:
    every = cells()
    inside, elsewhere = ([e for e in every if change(e).about == about] for about in ABOUT)
    assert table() == [
        {"change": event, "release": change(event).release, "about": change(event).about}
        | {way: cell.outcome for way, cell in every[event].items()}
        for event in every
    ]
    plural = {"holds": "hold", "adapts": "adapt", "breaks": "break"}

    def counts(events: list[str]) -> str:
        counted = Counter(cell.outcome for event in events for cell in every[event].values())
        told = ", ".join(f"{counted[o]} {plural.get(o, o)}" for o in GLYPHS if counted[o])
        return f"{len(events)} changes under {len(exposures())} exposures: {told}."

    assert sentence() == (
        f"The idmap's inside: {counts(inside)} Rules and kfuncs elsewhere: {counts(elsewhere)}"
    )
    assert sentence(inside) == counts(inside)
    assert sentence([], ["kfunc"]) == "0 changes under 1 exposure: nothing to say."
    assert [row["change"] for row in table(["own-maps-6.8", "mnt-idmap-6.2"], [])] == [
        "own-maps-6.8",
        "mnt-idmap-6.2",
    ]


def test_the_list_of_changes_names_each_once_under_what_it_is_about() -> None:
    wanted = []
    for about, heading in ABOUT.items():
        wanted += filled(heading, 80)
        for event in (c for c in changes().values() if c.about == about):
            wanted += filled(event.title, 80, f"  {event.id.ljust(26)}", " " * 28)
    assert changes_text() == joined(wanted)


def test_the_lifecycle_text_says_every_statement() -> None:
    read = document("contracts", "lifecycle")
    where = f"{read['document']}, section {read['section']}, commit {read['commit']}"
    wanted = filled(where, 80, "  ", "  ")
    for one in read["statements"]:
        wanted += filled(one["text"], 80, "- ", "  ", break_on_hyphens=True)
    wanted += filled(read["unchanged"], 80, "  ", "  ")
    for release in (read["since"], "6.5", read["until"]):
        assert lifecycle_text(release) == joined(wanted)


@pytest.mark.parametrize(
    ("release", "words"),
    [
        ("6.1", "had no such section"),
        ("6.2", "had no such section"),
        ("7.4", "the text was read up to 7.3, not in '7.4'"),
        ("soon", "write it like '6.12'"),
    ],
)
def test_a_release_without_the_text_is_named(release: str, words: str) -> None:
    with pytest.raises(NotKnown, match=words):
        lifecycle_text(release)


def test_an_unknown_change_is_named() -> None:
    with pytest.raises(NotKnown, match=r"did you mean 'own-maps-6\.8'"):
        change_text("own-maps")
    with pytest.raises(NotKnown, match=r"35 are known, from vfs-takes-userns-5\.12 to"):
        change_text("")
    with pytest.raises(NotKnown, match="unknown exposure 'kprobe'"):
        contract_text("kprobe")
