# SPDX-License-Identifier: BSD-3-Clause
"""The bench: what it says, by which line it says it, and that its text keeps to its boxes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import kfuncviz as kv
from kfuncviz.kfuncs import bpf_file_mnt_idmap
from kfuncviz.kfuncs.verifier import Arg, Kfunc, Program, Verdict, check_call, kfunc, origin
from kfuncviz.render import bench
from kfuncviz.render.bench.picture import TITLE
from tests.render.measuring import measure

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from kfuncviz.render.kit.tokens import Theme

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (240, 286, 300, 336, 360, 412, 520, 600, 759, 760, 860, 900, 1000, 1200, 1240, 1600)
Scene = tuple[Kfunc, object, Verdict | None, list[Arg]]


def asked(name: str, program: str, arg: Arg, release: str, *flags: str) -> Scene:
    fn = kfunc(name, release)
    fn = replace(fn, flags=fn.flags | set(flags))
    first = [Arg("plain", "struct mnt_idmap")] if len(fn.params) == 2 else []
    args = [*first, arg]
    attach = "iter/task_file" if "iter/" in arg.origin else ""
    return fn, None, check_call(fn, Program(program, attach=attach), args, release), args


def of(name: str, release: str) -> Arg:
    return replace(origin(name, release), origin=name)


def scenes() -> dict[str, Scene]:
    pointer = bpf_file_mnt_idmap(kv.Scenario("home-on-a-stick").open("home", via="stick"))
    hook, walked = of("file, handed to an LSM hook", "7.0"), "file->f_path.mnt of a trusted file"
    seen = of("ctx->file in iter/task_file", "6.12")
    group = of("task->group_leader of a trusted task, in an RCU section", "7.0")
    inode = of("file->f_inode of a trusted file", "6.12")
    found = {
        "accepted": (0xFFFFFFFF_00018A88, asked("bpf_get_file_vfs_ids", "LSM", hook, "7.0")),
        "walked": (True, asked("bpf_is_idmapped_mnt", "LSM", of(walked, "6.12"), "6.12")),
        "untrusted": (True, asked("bpf_is_idmapped_mnt", "LSM", of(walked, "6.18"), "6.18")),
        "plain": (pointer, asked("bpf_file_mnt_idmap", "TRACING", seen, "6.12")),
        "measured": (1125 << 32 | 1125, asked(
            "bpf_get_file_vfs_ids", "TRACING", seen, "6.12", "KF_TRUSTED_ARGS")),
        "two": ((1 << 64) - 1, asked("bpf_inode_into_vfs_ids", "LSM", inode, "6.12")),
        "rcu": (None, asked("bpf_task_acquire", "TRACING", group, "7.0")),
        "type": (False, asked("bpf_is_idmapped_mnt", "XDP", group, "7.0")),
        "long": (0xFFFFFFFE_FFFFFFFE, asked(
            "bpf_put_file", "LSM", Arg("trusted", "struct file", nullable=True,
                                       origin="a very long way round " * 12), "7.3")),
    }  # fmt: skip
    ready = {name: (s[0], value, s[2], s[3]) for name, (value, s) in found.items()}
    return ready | {"value only": (kfunc("bpf_get_file_vfs_ids", "6.5"), 5, None, [])}


SCENES = scenes()


def draw(scene: Scene, width: int = 1200, theme: Theme = "light") -> str:
    fn, value, verdict, args = scene
    return bench.svg(fn, value, verdict, args, width=width, theme=theme)  # type: ignore[arg-type]


def texts(picture: str) -> list[str]:
    found = ET.fromstring(picture).iter(f"{SVG}text")
    return ["".join(t.itertext()) for t in found]


@pytest.mark.parametrize("width", [240, 360, 1200])
@pytest.mark.parametrize("name", SCENES)
def test_well_formed_named_and_described(name: str, width: int) -> None:
    for theme in ("light", "dark", "lab"):
        root = ET.fromstring(draw(SCENES[name], width, theme))  # type: ignore[arg-type]
        assert root.get("role") == "img"
        parts = {child.get("id"): child.text for child in root if child.get("id")}
        title, desc = (parts[ref] for ref in (root.get("aria-labelledby") or "").split())
        assert title == TITLE
        assert SCENES[name][0].name in (desc or "") or "verifier" in (desc or "")


def test_same_bytes_and_ids_of_its_own() -> None:
    pictures = [draw(s, w, t) for s in SCENES.values() for w in (360, 1200)
                for t in ("light", "dark")]  # fmt: skip
    assert pictures[0] == draw(SCENES["accepted"], 360)
    ids = [found for picture in pictures for found in re.findall(r' id="([^"]+)"', picture)]
    assert len(ids) == len(set(ids))
    for picture in pictures:
        used = set(re.findall(r"url\(#([^)]+)\)", picture))
        assert used <= set(re.findall(r' id="([^"]+)"', picture))


def test_high_half_is_left_and_is_the_group() -> None:
    root = ET.fromstring(draw(SCENES["accepted"]))
    place = {t.text: float(t.get("x", "0")) for t in root.iter(f"{SVG}text")}
    assert place["gid"] < 600 < place["uid"]
    assert place["4294967295"] < 600 < place["101000"]
    cells = [t.text for g in root.iter(f"{SVG}g") for t in g.iter(f"{SVG}text")
             if len(t.text or "") == 1]  # fmt: skip
    assert "".join(map(str, cells)) == "ffffffff00018a88"
    assert "0xffffffff00018a88 = 18446744069414685320" in texts(draw(SCENES["accepted"]))


def test_only_a_half_without_mapping_is_hatched() -> None:
    for name, hatched in {"accepted": 1, "two": 2, "long": 0, "measured": 0}.items():
        picture = draw(SCENES[name])
        assert len(re.findall(r'fill="url\(#[^)]*-bad\)"', picture)) == hatched, name
    words = texts(draw(SCENES["accepted"]))
    assert "✗ this gid has no mapping" in words
    assert "vfsuid, as the mount shows it" in words


def test_a_pointer_is_a_striped_box_that_says_to_whom_it_is_closed() -> None:
    picture = draw(SCENES["plain"])
    assert len(re.findall(r'fill="url\(#[^)]*-closed\)"', picture)) == 1
    assert "struct mnt_idmap *" in texts(picture)
    assert "closed to C code, not to a program with BTF" in texts(picture)
    assert not {"uid_map", "gid_map"} & set(texts(picture))


def test_provenance_is_the_style_of_the_line() -> None:
    dashed, double = 'stroke-dasharray="9 6"', r'<path d="M[\d.]+,[\d.]+H'
    style = {
        name: (dashed in draw(SCENES[name]), len(re.findall(double, draw(SCENES[name]))))
        for name in ("accepted", "walked", "untrusted", "plain", "rcu")
    }
    assert style == {
        "accepted": (False, 2),
        "walked": (False, 1),
        "untrusted": (True, 1),
        "plain": (False, 1),
        "rcu": (False, 1),
    }
    assert "RCU" in texts(draw(SCENES["rcu"]))


def test_the_verifiers_words_and_where_they_are_from() -> None:
    measured, modelled = texts(draw(SCENES["measured"])), texts(draw(SCENES["untrusted"]))
    assert "R1 must be referenced or trusted" in measured
    assert {"✗ rejected", "measured"} <= set(measured)
    assert {"✗ rejected", "modelled", "✗ mnt"} <= set(modelled)
    assert {"✓ accepted", "modelled"} <= set(texts(draw(SCENES["accepted"])))
    assert {"✓ accepted", "no mark"} <= set(texts(draw(SCENES["walked"])))


def test_the_table_says_what_the_picture_says() -> None:
    fn, value, verdict, args = SCENES["measured"]
    rows = {r["what"]: r["says"] for r in bench.table(fn, value, verdict, args)}  # type: ignore[arg-type]
    assert rows["gid (high half)"] == "00000465 = 1125"
    assert rows["verdict"] == "rejected"
    assert rows["verifier's line"] == "R1 must be referenced or trusted"
    assert rows["basis"] == "measured"
    assert rows["argument file"] == "plain: ctx->file in iter/task_file"
    html = bench.table_html(fn, value, verdict, args)  # type: ignore[arg-type]
    assert html.count('scope="row"') == len(rows)
    assert "ctx-&gt;file" in html


def test_hostile_names_stay_text() -> None:
    fn = Kfunc("<script>", (), "u64")
    root = ET.fromstring(bench.svg(fn, 1))
    assert not list(root.iter(f"{SVG}script"))


def test_bad_input_is_named() -> None:
    fn = kfunc("bpf_get_file_vfs_ids", "6.5")
    with pytest.raises(ValueError, match="unsigned 64-bit"):
        bench.svg(fn, 1 << 64)
    with pytest.raises(ValueError, match="theme is 'sepia'"):
        bench.svg(fn, 1, theme="sepia")  # type: ignore[arg-type]


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_leaves_its_box(render_page: Page, theme: Theme) -> None:
    faults: list[str] = []
    for width in WIDTHS:
        pictures = {f"{n} {width}": draw(s, width, theme) for n, s in SCENES.items()}
        faults += measure(render_page, pictures, theme == "dark")
    assert faults == []
