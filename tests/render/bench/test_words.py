# SPDX-License-Identifier: BSD-3-Clause
"""The bench in words: sentence, rows, HTML table and text say what the picture says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from kfuncviz.kfuncs.known import span
from kfuncviz.kfuncs.verifier import Kfunc, Verdict, kfunc
from kfuncviz.render import bench
from kfuncviz.render.kit.plain import plain
from tests.render.bench.test_picture import SCENES, Scene
from tests.render.bench.test_read_back import NONE, READ
from tests.render.drawn import page, said

IDS = kfunc("bpf_get_file_vfs_ids", "6.5")
REFUSED = Verdict(False, "null", "R1 may be NULL", "it may be NULL", "6.12", since="6.4",
                  until="6.19", measured=True)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "gid 0 and uid 0"),
        (1000 << 32 | 7, "gid 1000 and uid 7"),
        (NONE << 32 | 7, "uid 7; the gid has no mapping"),
        (7 << 32 | NONE, "gid 7; the uid has no mapping"),
        (NONE << 32 | NONE, "the gid and the uid have no mapping"),
        (True, "true: the mount is idmapped"),
        (False, "false: the mount is not idmapped"),
    ],
)
def test_a_result_in_words(value: int, words: str) -> None:
    assert bench.sentence(IDS, value) == f"bpf_get_file_vfs_ids would return {words}."


def test_a_pointer_in_words() -> None:
    fn, pointer, *_ = SCENES["plain"]
    says = "a struct mnt_idmap pointer: closed to C code, not to a program that has BTF"
    assert bench.sentence(fn, pointer) == f"bpf_file_mnt_idmap would return {says}."  # type: ignore[arg-type]
    assert bench.table(fn, pointer) == [  # type: ignore[arg-type]
        {"what": "prototype", "says": "struct mnt_idmap *bpf_file_mnt_idmap(struct file *file)"},
        {"what": "would return", "says": says},
    ]


def test_a_mail_is_72_columns_wide() -> None:
    name = "n" * (72 - len("prototype: int (void)"))
    assert bench.text(Kfunc(name, (), "int")) == f"prototype: int {name}(void)\n"
    broken = bench.text(Kfunc(f"{name}n", (), "int")).splitlines()
    assert [line[:5] for line in broken] == ["proto", "    n"]


def test_a_verdict_in_a_sentence() -> None:
    assert bench.sentence(IDS, None, REFUSED) == (
        "The verifier of 6.12 refuses the call (measured): it may be NULL; it says: R1 may be NULL."
    )
    quiet = replace(REFUSED, message="", measured=False)
    assert bench.sentence(IDS, 0, quiet) == (
        "bpf_get_file_vfs_ids would return gid 0 and uid 0. "
        "The verifier of 6.12 refuses the call (modelled): it may be NULL."
    )
    taken = replace(quiet, accept=True, rule="passed", why="all is well")
    assert bench.sentence(IDS, None, taken) == (
        "The verifier of 6.12 takes the call (modelled): all is well."
    )
    assert bench.sentence(IDS) == "u64 bpf_get_file_vfs_ids(struct file *file)."


def rows_again(scene: Scene) -> list[tuple[str, str]]:
    """The rows once more, from the answers alone."""
    fn, value, verdict, args = scene
    out = [("prototype", fn.prototype())]
    if isinstance(value, bool):
        word = "true: the mount is idmapped" if value else "false: the mount is not idmapped"
        out.append(("would return", word))
    elif isinstance(value, int):
        out.append(("would return", f"0x{value:016x} = {value}"))
        for what, half in (("gid (high half)", value // 2**32), ("uid (low half)", value % 2**32)):
            lost = ": has no mapping" if half == NONE else ""
            out.append((what, f"{half:08x} = {half}{lost}"))
    elif value is not None:
        out.append(bench.table(fn, value)[1].values())  # type: ignore[arg-type]
    for param, arg in zip(fn.params, args, strict=False):
        null = ", may be NULL" if arg.nullable else ""
        came = f": {arg.origin}" if arg.origin else ""
        out.append((f"argument {param.name}", f"{arg.provenance}{null}{came}"))
    if verdict is not None:
        rule = f"rule {verdict.rule}, {span(verdict.since, verdict.until)}"
        out += [
            ("verdict", "accepted" if verdict.accept else "rejected"),
            ("release", verdict.release),
            ("verifier's line", verdict.message or "none"),
            ("basis", "measured" if verdict.measured else "modelled"),
            ("decided by", "every rule" if verdict.accept else rule),
            ("why", verdict.why),
        ] + [("note", note) for note in verdict.notes]
    return out


@pytest.mark.parametrize("name", READ)
def test_rows_html_and_text_say_the_same(name: str) -> None:
    fn, value, verdict, args = READ[name]
    rows = [(what, says) for what, says in rows_again(READ[name])]
    found = bench.table(fn, value, verdict, args)  # type: ignore[arg-type]
    assert [(row["what"], row["says"]) for row in found] == rows
    table = bench.table_html(fn, value, verdict, args)  # type: ignore[arg-type]
    (tree,) = page(table)
    caption, body = tree
    assert said(caption) == "The same picture as a table"
    assert [(said(th), said(td)) for th, td in body] == [
        (what, " ".join(says.split())) for what, says in rows
    ]
    assert {line[0].get("scope") for line in body} == {"row"}
    text = bench.text(fn, value, verdict, args)  # type: ignore[arg-type]
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 72
    wanted = [" ".join(plain(f"{what}: {says}").split()) for what, says in rows]
    starts = [n for n, line in enumerate(text.splitlines()) if not line.startswith("    ")]
    lines = [*text.splitlines()]
    ends = [*starts[1:], len(lines)]
    assert [" ".join(" ".join(lines[a:b]).split()) for a, b in zip(starts, ends, strict=True)] == [
        *wanted
    ]
    whole = bench.html(fn, value, verdict, args, width=500)  # type: ignore[arg-type]
    picture = bench.svg(fn, value, verdict, args, width=500, theme="lab", standalone=False)  # type: ignore[arg-type]
    assert whole.startswith(picture)
    _, fold = page(whole)
    assert (fold.tag, said(fold[0])) == ("details", "As a table")
    assert table in whole


@pytest.mark.parametrize("name", READ)
def test_the_picture_is_described_by_its_sentence(name: str) -> None:
    fn, value, verdict, args = READ[name]
    root = ET.fromstring(bench.svg(fn, value, verdict, args))  # type: ignore[arg-type]
    said_ = {e.get("id"): e.text for e in root}
    (desc,) = (text for ident, text in said_.items() if ident and ident.endswith("-d"))
    assert desc == bench.sentence(fn, value, verdict)  # type: ignore[arg-type]


def test_every_variant_has_an_id_of_its_own() -> None:
    fn, _, verdict, args = READ["measured"]
    drawn = [
        bench.svg(fn, value, said_, given, width=width, theme=theme, standalone=alone)  # type: ignore[arg-type]
        for value in (None, 1, True)
        for said_, given in ((None, []), (verdict, args))
        for width in (400, 500)
        for theme in ("light", "lab")
        for alone in (True, False)
    ]
    drawn.append(bench.svg(replace(fn, flags=frozenset()), 1))
    drawn.append(bench.svg(replace(fn, name="other"), 1))
    ids = [ET.fromstring(picture).get("id") for picture in drawn]
    assert len(set(ids)) == len(ids)
