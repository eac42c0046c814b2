# SPDX-License-Identifier: BSD-3-Clause
"""The contracts in words: every cell of the matrix, every line of a contract, in 80 columns."""

from __future__ import annotations

import re
from collections import Counter

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
    key_text,
    lifecycle_text,
    sentence,
    table,
    text,
)


def flat(text: str) -> str:
    return " ".join(text.split())


def in_columns(text: str) -> bool:
    return text.endswith("\n") and max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", list(changes()))
def test_a_change_fits_a_terminal_and_says_all(name: str) -> None:
    said, event = change_text(name), change(name)
    assert in_columns(said)
    head, under = said.split("\n\n")
    note = f" note: {event.note}" if event.note else ""
    assert flat(head) == flat(
        f"{name} {event.title} ({event.release}) {event.what}{note} "
        f"sources: {' '.join(event.sources)}"
    )
    lines = under.splitlines()
    starts = [n for n, line in enumerate(lines) if line[0] != " "]
    assert starts[0] == 0
    found = [
        " ".join(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]  # fmt: skip
    for way, block in zip(exposures().values(), found, strict=True):
        cell = consequence(way.id, name)
        assert block.startswith(f"{cell.glyph} {cell.outcome:<10}{way.short:<12}")
        assert flat(block) == flat(
            f"{cell.glyph} {cell.outcome} {way.short} {cell.why} [{cell.rule}]"
        )
    assert all(line[24] != " " and not line[:24].strip() for line in lines if line[0] == " ")


@pytest.mark.parametrize("name", list(exposures()))
def test_a_contract_fits_a_terminal_and_says_all(name: str) -> None:
    said, way = contract_text(name), exposures()[name]
    assert in_columns(said)
    title, *lines = said.splitlines()
    assert title == way.title
    labels = [line[2:23].strip() for line in lines if re.match(r"  [a-z][a-z ]{18}  \S", line)]
    for line in lines:  # what does not open a line of its own stands under its value or its label
        opens = re.match(r"  [a-z][a-z ]{18}  \S|  \(", line)
        assert opens or line.startswith((" " * 23, "  ")), line
        assert opens or line[:23].strip() == "" or line[2] != " ", line
    wanted = ["who may change it", "notice owed", "callers in the tree", "programs outside",
              "users", "how it shows", "measured", *("said" for _ in way.says)]  # fmt: skip
    assert labels == wanted
    values = [way.who, way.notice, way.in_tree, way.out_of_tree, way.users, way.shows]
    values += [f"{way.measured.text} ({way.measured.source})"]
    values += [f"{s.says} ({s.document}, {s.section}, {s.releases})" for s in way.says]
    told = " ".join(f"{label} {value}" for label, value in zip(wanted, values, strict=True))
    assert flat(" ".join(lines)) == flat(told)


def test_the_matrix_has_each_sign_under_its_column() -> None:
    heading = next(iter(ABOUT.values()))
    lines = text().splitlines()
    assert max(map(len, lines)) <= 72
    at = lines.index(heading.rpartition(" ")[0])
    lines[at : at + 2] = [heading]  # it is wider than a mail
    ways, events = list(exposures().values()), list(changes())
    legend, (head, *rows), key = (
        lines[: len(ways)], lines[len(ways) + 1 : -3], lines[-2:],
    )  # fmt: skip
    for n, way in enumerate(ways):
        assert legend[n] == f"{n + 1:>2} {way.short.ljust(11)} {way.title}"
    assert lines[len(ways)] == lines[-3] == ""
    columns = [number.end() - 1 for number in re.finditer(r"\d+", head)]
    assert head.split() == [str(n + 1) for n in range(len(ways))]
    headings = [row for row in rows if row in ABOUT.values()]
    assert headings == list(ABOUT.values())
    for row in rows:
        if row in headings:
            about = row
            continue
        event = row.split()[0]
        events.remove(event)
        assert ABOUT[change(event).about] == about
        for column, way in zip(columns, ways, strict=True):
            assert row[column] == consequence(way.id, event).glyph
    assert events == []
    assert "  ".join(key) == "  ".join(f"{sign} {name}" for name, sign in GLYPHS.items())


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
def test_a_cell_fits_a_mail_and_says_all(name: str) -> None:
    cell, event = consequence(name, "f-path-union-6.18"), change("f-path-union-6.18")
    said = cell_text(cell)
    assert all(len(line) <= 72 for line in said.splitlines())
    told = [f"f-path-union-6.18 x {name}: {cell.outcome} ({MEANINGS[cell.outcome]})"]
    told += [f"exposed as {exposures()[name].title}", f"changed {event.title} (6.18). {event.what}"]
    told += [f"why {cell.why} [{cell.rule}]", f"code in the tree {cell.payers.in_tree}"]
    told += [f"programs outside {cell.payers.out_of_tree}", f"users {cell.payers.users}"]
    told += [f"maintainers {cell.payers.maintainers}", f"note {event.note}"]
    told += [f"source: {source}" for source in event.sources]
    assert flat(said) == flat(" ".join(told))


def test_an_address_stays_whole_in_a_mail() -> None:
    said = cell_text(consequence("kfunc", "f-inode-6.15"))
    assert "https://lore.kernel.org/r/20250301-ermahnen-kramen-b6e90ea5b50d@brauner" in said


def test_the_key() -> None:
    assert in_columns(key_text())
    assert [line.split(maxsplit=1)[0] for line in key_text().splitlines()] == list(GLYPHS.values())
    assert flat(key_text()) == " ".join(
        f"{GLYPHS[name]} {name} {MEANINGS[name]}" for name in MEANINGS
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
    said = changes_text()
    assert in_columns(said)
    want = [
        word
        for about, heading in ABOUT.items()
        for word in [
            heading,
            *(f"{c.id} {c.title}" for c in changes().values() if c.about == about),
        ]
    ]
    assert flat(said) == flat(" ".join(want))


def test_the_lifecycle_text_says_every_statement() -> None:
    read = document("contracts", "lifecycle")
    for release in (read["since"], "6.5", read["until"]):
        said = lifecycle_text(release)
        assert in_columns(said)
        where = f"{read['document']}, section {read['section']}, commit {read['commit']}"
        statements = " ".join(f"- {one['text']}" for one in read["statements"])
        assert flat(said) == flat(f"{where} {statements} {read['unchanged']}")
        lines = said.splitlines()
        assert sum(line.startswith("- ") for line in lines) == len(read["statements"])
        assert all(re.match(r"(- |  )\S", line) for line in lines)


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
