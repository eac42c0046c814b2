# SPDX-License-Identifier: BSD-3-Clause
"""
Do sentence, notes, table, text and record say what the lives are?
==================================================================
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfuncviz import evidence
from kfuncviz.evidence.history.lives import Life, Lives
from kfuncviz.evidence.index import Recorded, Span
from kfuncviz.evidence.index import recorded as recorded_name
from kfuncviz.render.lifetimes import (
    history_text,
    kfunc_text,
    recorded_text,
    sentence,
    table,
    table_html,
    text,
    title,
)
from kfuncviz.render.lifetimes.words import KINDS, notes
from tests.evidence.rows import lives as recorded
from tests.evidence.rows import order, registered, rows

LIVES = Lives(
    (
        Life("bpf_back", "5.19", "6.1", ("6.0",), renamed=False),
        Life("bpf_back", "6.3", "", (), renamed=False),
        Life("bpf_old", "5.19", "", ("6.0", "6.2"), renamed=False),
        Life("bpf_gone", "6.0", "6.2", (), renamed=True),
    ),
    ("5.19", "6.0", "6.1", "6.2", "6.3"),
    9,
)
ONE = replace(LIVES, lives=LIVES.lives[3:])


def test_the_sentence_by_hand() -> None:
    assert sentence(LIVES) == (
        "3 kfuncs, 5.19 to 6.3: 2 registered in 6.3, 1 gone (1 left a successor under another "
        "name); 1 gone and back again; 2 changed, 3 changes in all."
    )
    assert sentence(ONE) == (
        "1 kfunc, 5.19 to 6.3: 0 registered in 6.3, 1 gone (1 left a successor under another "
        "name); none changed."
    )
    changed = Life("bpf_x", "6.0", "6.2", ("6.1",), renamed=False)
    assert sentence(replace(LIVES, lives=(changed,))).endswith(
        "0 registered in 6.3, 1 gone; 1 changed, 1 change in all."
    )
    assert sentence(replace(LIVES, lives=())) == "No kfunc from 5.19 to 6.3 matches."


def test_the_sentence_of_all_kfuncs_is_what_the_rows_give() -> None:
    newest = registered()[order()[-1]]
    names = {name for name, *_ in recorded()}
    gone = names - newest.keys()
    renamed = {name for name, _, died, _, successor in recorded() if successor and name in gone}
    back = len(recorded()) - len(names)
    times = sum(len(changed) for *_, changed, _ in recorded())
    changed = {name for name, *_, marks, _ in recorded() if marks}
    assert sentence(evidence.lives()) == (
        f"{len(names)} kfuncs, {order()[1]} to {order()[-1]}: {len(newest)} registered in "
        f"{order()[-1]}, {len(gone)} gone ({len(renamed)} left a successor under another name); "
        f"{back} gone and back again; {len(changed)} changed, {times} changes in all."
    )


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "Lifetimes of all kfuncs"),
        ({"program_type": "LSM"}, "Lifetimes of kfuncs open to LSM programs"),
        ({"file": "fs/"}, "Lifetimes of kfuncs defined under fs/"),
        ({"text": "x'y"}, "Lifetimes of kfuncs with \"x'y\" in the name"),
        ({"only": "changed"}, "Lifetimes of kfuncs that changed"),
        ({"only": "gone", "file": "mm/"},
         "Lifetimes of kfuncs defined under mm/, that were gone once"),
        ({"counted": "terms"}, "Lifetimes of all kfuncs"),
    ],
)  # fmt: skip
def test_the_title_says_the_filters(chosen: Any, said: str) -> None:
    assert title(replace(LIVES, **chosen)) == said


def test_the_notes_say_n_period_definition_and_source() -> None:
    n, period, definition, source = notes(LIVES)
    assert n == "n: 3 of 9 kfuncs"
    assert period == "period: 5.19 to 6.3, 5 releases"
    assert definition == (
        "definition: born, gone: first release with and without the name (renamed: a successor "
        "under another name came); changed: argument count or a type that a BPF program sees "
        "differs"
    )
    rows_ = "data/history/kfuncs.csv.gz, neighbouring releases compared row by row"
    assert source == f"source: {rows_}"
    assert notes(replace(LIVES, kinds=frozenset(KINDS)))[2].endswith(
        "changed: prototype (const and __suffix included), flags or program types differ"
    )


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ((), "nothing counts"),
        (("const",), "only const or a __suffix of the prototype differs"),
        (("loosened", "stricter"), "flags ask for more; flags ask for no more than before"),
        (("widened", "narrowed"), "a program type lost it; more program types may call it"),
        (("stricter", "narrowed"), "flags ask for more; a program type lost it"),
    ],
)  # fmt: skip
def test_each_kind_of_change_in_words(kinds: tuple[str, ...], said: str) -> None:
    assert notes(replace(LIVES, kinds=frozenset(kinds)))[2].partition("; changed: ")[2] == said


def test_the_table_has_a_line_a_life() -> None:
    heads = ("kfunc", "born", "changed", "gone", "successor")
    cells = [
        ("bpf_back", "5.19", "6.0", "6.1", ""),
        ("bpf_back", "6.3", "", "alive", ""),
        ("bpf_old", "5.19", "6.0, 6.2", "alive", ""),
        ("bpf_gone", "6.0", "", "6.2", "yes"),
    ]
    assert table(LIVES) == [dict(zip(heads, line, strict=True)) for line in cells]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row"><code>{name}</code></th>'
        + "".join(f"<td>{cell}</td>" for cell in rest)
        + "</tr>"
        for name, *rest in cells
    )
    caption = f"<caption>{title(LIVES)}. {sentence(LIVES)}</caption>"
    assert table_html(LIVES) == (
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def test_the_table_is_escaped() -> None:
    evil = replace(LIVES, text="<b>", lives=(Life("<i>&", "6.0", "", (), renamed=False),))
    assert "<code>&lt;i&gt;&amp;</code>" in table_html(evil)
    assert "&lt;b&gt;" in table_html(evil)
    assert "<i>" not in table_html(evil) + table_html(evil)
    assert "<b>" not in table_html(evil)


def test_the_text_has_an_entry_a_kfunc() -> None:
    head, entries, foot = text(LIVES, 200).split("\n\n")
    assert head == f"{title(LIVES)}\n{sentence(LIVES)}"
    assert entries.split("\n") == [
        "bpf_back: born 5.19, changed 6.0, gone 6.1; back again: born 6.3, alive",
        "bpf_old: born 5.19, changed 6.0, 6.2, alive",
        "bpf_gone: born 6.0, renamed 6.2",
    ]
    assert " ".join(line.strip() for line in foot.split("\n")) == " ".join(notes(LIVES))


@pytest.mark.parametrize("columns", [40, 72])
def test_the_text_keeps_to_its_columns(columns: int) -> None:
    found = text(evidence.lives(only="gone"), columns)
    assert found.isascii()
    assert max(map(len, found.split("\n"))) <= columns
    head, entries, _ = found.split("\n\n")
    assert not any(line.startswith(" ") for line in head.split("\n"))
    starts = [line for line in entries.split("\n") if not line.startswith("    ")]
    gone = {name for name, _, died, *_ in recorded() if died}
    assert {line.partition(":")[0] for line in starts} == gone
    assert text(LIVES) == text(LIVES, 72)
    assert text(replace(LIVES, lives=())).count("\n\n") == 1


def test_a_record_of_what_is_no_kfunc_line_by_line() -> None:
    span = Span("5.12", "6.2", (("prototype", "int f(void)"), ("a longer label", "")))
    found = Recorded(
        "vfs_f", "function", "a function " + "of the VFS " * 7,
        (span, Span("6.3", "6.3", (("file", "fs/" + "x-" * 40),))),
        (("6.3", "prototype " * 9), ("2023-01", "told")), "v5.12, fs/namei.c; read in BTF",
    )  # fmt: skip
    assert recorded_text(found).split("\n") == [
        "vfs_f: a function of the VFS of the VFS of the VFS of the VFS of the VFS of the",
        "  VFS of the VFS",
        "",
        "5.12 to 6.2",
        "  prototype int f(void)",
        "  a longer label none",
        "",
        "6.3",
        "  file      fs/" + "x-" * 32 + "x",
        " " * 12 + "-" + "x-" * 7,
        "",
        "recorded events",
        "  6.3       prototype prototype prototype prototype prototype prototype",
        " " * 12 + "prototype prototype prototype",
        "  2023-01   told",
        "",
        "  source    v5.12, fs/namei.c; read in BTF",
    ]
    bare = recorded_text(replace(found, says="x", spans=(), events=()))
    assert bare.split("\n") == ["vfs_f: x", "", "  source    v5.12, fs/namei.c; read in BTF"]


def test_a_name_is_looked_up_for_what_it_is() -> None:
    assert history_text("bpf_put_file()") == kfunc_text(evidence.kfunc_history("bpf_put_file"))
    assert history_text("struct inode.i_uid") == recorded_text(recorded_name("inode.i_uid"))


HIDDEN = (
    "KF_IMPLICIT_ARGS hides the kernel's last argument only where the type information was made by "
    "a new enough pahole (1.26 or 1.27, by the reports); elsewhere programs are refused with "
    "func_proto incompatible with vmlinux (github:CachyOS/copr-linux-cachyos issues 100 and 113)"
)


#: What went because another name took its place, and when.
RENAMED = {
    (row["kfunc"], row["release"])
    for row in rows("events.csv.gz")
    if (row["event"], row["class"]) == ("renamed", "name_gone")
}


@pytest.mark.parametrize(
    "name",
    [
        "bpf_stream_vprintk",
        "scx_bpf_dispatch",
        "bpf_path_d_path",
        "bpf_kfunc_call_test4",
        "scx_bpf_create_dsq",
    ],
)
def test_the_record_says_lives_terms_and_events(name: str) -> None:
    """Word for word, from the rows and the recorded events; wrapping put aside."""
    mine = {row["release"]: row for row in rows("kfuncs.csv.gz") if row["kfunc"] == name}
    there = [release in mine for release in order()]
    lives, terms, start, known = [], [], "", None
    for place, release in enumerate(order()):
        if there[place] and not there[place - 1]:
            start = release
        row = mine.get(release)
        here = row and tuple(
            row[c] for c in ("bpf_visible_prototype", "flags", "program_types", "defined_in")
        )
        if here and here != known:
            terms.append([release, release, row])
        elif here:
            terms[-1][1] = release
        known = here
        if there[place] and (place + 1 == len(order()) or not there[place + 1]):
            after = order()[place + 1 :][:1]
            ended = "renamed" if (name, *after) in RENAMED else "gone"
            lives.append(f"born {start}, " + (f"{ended} {after[0]}" if after else "alive in 7.3"))
    test = next(iter(mine.values()))["category"] == "test"
    opening = f"{name}: {'; back again: '.join(lives)}"
    wanted = [opening + (" (a test kfunc, in no statistic)" if test else "")]
    for first, last, row in terms:
        wanted += ["", first if first == last else f"{first} to {last}"]
        for label, column in (("prototype", "bpf_visible_prototype"), ("flags", "flags"),
                              ("types", "program_types"), ("file", "defined_in"),
                              ("source", "source")):  # fmt: skip
            cell = row[column]
            said = cell.replace("|", " ") if column in ("flags", "program_types") else cell
            if label == "source":
                tags = {line["release"]: line["tag"] for line in rows("releases.csv")}
                said = f"{tags[first]}, {row['defined_in']}; read in {cell}"
            wanted.append(f"  {label:<10}{said or 'none'}")
        if "KF_IMPLICIT_ARGS" in row["flags"]:
            wanted.append(f"  note      {HIDDEN}")
    events = [row for row in rows("events.csv.gz") if row["kfunc"] == name]
    wanted += ["", "recorded events"] if events else []
    for event in events:
        commit = f" [{event['commit'][:12]}]" if event["commit"] else ""
        said = f"{event['event'].replace('_', ' ')} {event['detail']}".strip()
        wanted.append(f"  {event['release']:<10}{said}{commit}")
    written = unwrapped(kfunc_text(evidence.kfunc_history(name)))
    for line, right in zip(written, wanted, strict=True):
        blank = "" if max(map(len, right.split()), default=0) > 68 else " "  # a word was broken
        assert blank.join(line.split()) == blank.join(right.split())


def unwrapped(record: str) -> list[str]:
    """The entries of a record, each on one line, blanks evened out."""
    opening, *rest = record.split("\n\n")
    lines = [opening.replace("\n  ", " ")]
    for block in rest:
        lines += ["", *block.replace("\n" + " " * 12, " ").split("\n")]
    return lines


def test_every_record_keeps_to_80_columns() -> None:
    for name in evidence.names():
        found = kfunc_text(evidence.kfunc_history(name)).split("\n")
        assert max(map(len, found)) <= 80, name
        assert found[0].startswith(f"{name}: born ")
