# SPDX-License-Identifier: BSD-3-Clause

"""What is said in words: sentence, text for a mail, table."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kfuncviz as kv
from kfuncviz.render import sentence, sentence_html, table, table_html, text
from kfuncviz.render.ownership import labels
from kfuncviz.scenario.ownership.answer import Ownership

from .scenes import scenes
from .strategies import ownerships

SCENES = scenes()

SENTENCES = {
    "one": "Stored as uid 1000 on disk, 101000 through the mount; the caller sees 1000.",
    "shift": "Stored as uid 1000 on disk, 1125 through the mount; the caller sees the same 1125.",
    "nothing": "Stored as uid 1000 on disk; no map on the way changes the number, so the caller "
    "sees 1000.",
    "lost_mount": "Lost in the mount idmap: no row holds uid 70000 in col 1. The caller sees "
    '65534, which here means "no id": through this mount nobody, root included, owns it.',
    "lost_caller": "Lost in the caller's user ns: no row holds uid 1000 in col 2. The caller sees "
    '65534, which here means "no name here": kernel id 1000 is real, this caller has no number '
    "for it.",
    "really": "Stored as uid 65534 on disk, 165534 through the mount; the caller sees 65534, and "
    "here that really is uid 65534: row 1 maps it.",
    "create": "A caller with uid 33 creates a file: 100033 through the mount, and the disk stores "
    "33.",
    "create_refused": "A caller with uid 0 creates a file: refused with EOVERFLOW in the mount "
    "idmap: no row holds uid 0 in col 2, so there is no number to store on disk.",
    "chown": "chown to uid 33: 100033 through the mount, and the disk stores 33.",
    "chown_einval": "chown to uid 70000: refused with EINVAL in the caller's user ns: no row holds "
    "uid 70000 in col 1, so the number stands for no kernel id.",
    "chown_eoverflow": "chown to uid 5: refused with EOVERFLOW in the mount idmap: no row holds "
    "uid 5 in col 2, so there is no number to store on disk.",
    "nested": "Stored as uid 1000 on disk, still 1000 (Host), 0 (Intermediate); the caller sees "
    "1000 (Container).",
    "inode": "Stored as uid 0 on disk (kernel id 20000 in the inode), 10000 through the mount; "
    "the caller sees 0.",
    "unnamed": "A caller with no uid of its own namespace (fsuid 7) creates a file: refused with "
    "EOVERFLOW in the mount idmap: no row holds uid 7 in col 2, so there is no number to store on "
    "disk.",
    "twin": "Stored as uid 1000 on disk (i_uid 4294021000), 101000 through the mount; the caller "
    "sees 1000.",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str) -> None:
    assert sentence(SCENES[name]) == SENTENCES[name]


def test_sentence_looks_at_the_last_hop() -> None:
    o = SCENES["inode"]
    host = replace(o.hops[2], nop=True, rows=())
    o = replace(o, hops=(*o.hops[:2], host), lanes=(*o.lanes[:3], replace(o.lanes[3], id=10000)))
    assert sentence(o).endswith("the caller sees the same 10000.")


def test_sentence_knows_gids() -> None:
    assert sentence(replace(SCENES["one"], kind="gid")).startswith("Stored as gid 1000")


def test_sentence_html_marks_numbers_and_escapes_names() -> None:
    o = SCENES["lost_mount"]
    evil = replace(o, hops=(replace(o.hops[0], name="<i>\x01&"), *o.hops[1:]))
    html = sentence_html(evil)
    assert "<b>70000</b>" in html
    assert "<b>65534</b>" in html
    assert "&lt;i&gt;\N{REPLACEMENT CHARACTER}&amp;" in html
    assert html.count("<b>") == html.count("</b>")


PICTURES = {
    "one": """\
On disk                       In the mount                       You see
ext4, i_uid                   /srv/web, vfsuid       container, stat uid
+----------+   make_vfsuid    +----------+ from_kuid_munged +----------+
|     1000 | ---------------> |   101000 | ---------------> |     1000 |
+----------+    row 1 of 1    +----------+    row 1 of 1    +----------+
start                                                             answer""",
    "create_refused": """\
::::::::::::   mapped_fsuid   +----------+  current_fsuid   +----------+
:EOVERFLOW : <- - - -X- - - - |        0 | <--------------- |        0 |
::::::::::::   no row for 0   +----------+   same number    +----------+
answer                                                             start
refused""",
    "nested_lost": """\
+----------+  Host
|     5000 |  kernel id
+----------+
      :       rootless user ns
      X       (flattened): no row for 5000
      v
::::::::::::  Intermediate
:   none   :  rootless user ns
::::::::::::  no name here""",
}


@pytest.mark.parametrize("name", PICTURES)
def test_text_picture(name: str) -> None:
    assert PICTURES[name] in text(SCENES[name])


def test_places_and_maps_are_named_over_their_lanes_and_gaps() -> None:
    lanes, hops = SCENES["one"].lanes, SCENES["nested"].hops
    inode = SCENES["inode"]

    def both(name: Any, of: Any) -> list[tuple[str, str]]:
        return [(name(each, small=False), name(each, small=True)) for each in of]

    assert both(labels.lane_name, (*lanes, *inode.lanes[:1])) == [
        ("On disk", "On disk"), ("In the mount", "Mount"), ("You see", "You see"),
        ("In the inode", "Inode"),
    ]  # fmt: skip
    mid = replace(SCENES["nested"].lanes[2], sub="pod \N{MIDDLE DOT} uid")
    assert labels.lane_name(mid, small=True) == "pod"
    assert labels.lane_name(replace(lanes[2], name="You create"), small=False) == "You are"
    assert both(labels.hop_name, (*SCENES["one"].hops, inode.hops[0])) == [
        ("mount idmap", "idmap"), ("caller's user ns", "user ns"),
        ("fs user ns", "fs user ns"),
    ]  # fmt: skip
    assert labels.hop_name(replace(hops[1], name="user ns pod"), small=True) == "pod user ns"


def test_text_shows_rows_columns_and_calls() -> None:
    mail = text(SCENES["lost_mount"])
    assert "col 1: disk       col 2: mount      count" in mail
    assert "X no row holds 70000 in col 1: lost here" in mail
    assert "X 1. make_vfsuid(idmap, fs_userns, 70000) = INVALID" in mail
    assert "<-- row 2" in text(SCENES["five"])
    assert "(330 more rows)" in text(SCENES["many"])


@pytest.mark.parametrize("name", SCENES)
def test_text_keeps_to_its_columns(name: str) -> None:
    for width in (48, 60, 72, 100):
        mail = text(SCENES[name], width)
        assert mail.isascii()
        assert max(map(len, mail.splitlines())) <= width
        assert not any(line != line.rstrip() for line in mail.splitlines())


def test_text_refuses_too_few_columns() -> None:
    with pytest.raises(ValueError, match="width is 20, must be at least 48 columns"):
        text(SCENES["one"], 20)


def test_table_has_a_line_per_stop_in_order_of_travel() -> None:
    assert table(SCENES["create_refused"]) == [
        {"stop": "You see", "id": "0", "next hop calls": "current_fsuid",
         "row used": "no map, same number"},
        {"stop": "In the mount", "id": "0", "next hop calls": "mapped_fsuid",
         "row used": "\N{BALLOT X} no row for 0 in col 2"},
        {"stop": "On disk", "id": "EOVERFLOW (refused)", "next hop calls": "\N{EM DASH}",
         "row used": "answer"},
    ]  # fmt: skip


def test_table_html_has_caption_and_heads() -> None:
    root = ET.fromstring(table_html(SCENES["nested"]))
    assert root.find("caption") is not None
    assert [th.get("scope") for th in root.iter("th")] == ["col"] * 4 + ["row"] * 4


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ownerships(), st.integers(48, 120))
def test_any_answer_can_be_told(o: Ownership, width: int) -> None:
    mail = text(o, width)
    assert mail.isascii()
    assert all(len(line) <= width for line in mail.split("\n"))
    assert not set(sentence(o)) & {"\x00", "\x01", "\x02", "\x1b", "\n"}
    assert len(table(o)) == len(o.lanes)
    ET.fromstring(table_html(o).encode())
    ET.fromstring(f"<p>{sentence_html(o)}</p>".encode())


def test_a_setgid_directory_is_told_of_whatever_ends_the_call() -> None:
    rows = {"uid_map": [[1000, 1000, 1]], "gid_map": [[1000, 1000, 1]]}
    base: dict[str, Any] = {
        "userns": {"M": rows}, "mounts": {"m": {"userns": "M"}},
        "callers": {"me": {"kuid": 1000, "kgid": 1000}, "other": {"kuid": 1000, "kgid": 7}},
    }  # fmt: skip

    def told(kgid: int, by: str) -> str:
        dir = {"type": "dir", "path": "d", "kuid": 1000, "kgid": kgid, "mode": "2777"}
        document = base | {"setup": [dir]}
        return sentence(kv.who_owns(document, "d", by=by, direction="create", kind="gid"))

    assert told(2002, "me").startswith(
        "A setgid directory gives what is made in it its own group, copied as it is: gid 2002 on "
        "disk. Lost in the mount idmap: no row holds gid 2002 in col 1."
    )
    assert told(1000, "other").endswith(
        "The file would get group 1000, which a setgid directory gives to what is made in it; the "
        "caller's own is asked all the same."
    )


def test_a_map_that_was_never_written_is_told_as_that() -> None:
    document: dict[str, Any] = {
        "userns": {"n": {"uid_map": [[0, 100000, 9]], "gid_map": None}},
        "setup": [{"type": "file", "path": "f"}],
        "callers": {"c": {"kuid": 100000, "kgid": 100000, "userns": "n"}},
    }
    for kind, said in (("gid", "this map was never written"), ("uid", "no row holds uid 0 in col")):
        answer = kv.who_owns(document, "f", kind=kind)
        assert sentence(answer).startswith(f"Lost in the caller's user ns: {said}")
        assert f"  X {said.replace('uid ', '')}" in text(answer)
