# SPDX-License-Identifier: BSD-3-Clause
"""Without a kfunc: each way against the wrapper, against the record, and where it is wrong."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.evidence.data.load import releases
from kfuncviz.evidence.errors import EvidenceError, UnknownRelease
from kfuncviz.evidence.idmap import ways
from kfuncviz.evidence.idmap.ask import ask
from kfuncviz.kfuncs import bpf_get_file_vfs_ids, bpf_is_idmapped_mnt, split_vfs_ids
from kfuncviz.model.fs import File
from kfuncviz.scenario.machine import Machine
from tests.evidence.rows import HISTORY
from tests.generate import scenarios
from tests.kfuncs.test_wrappers import files

NAMES = [way.id for way in ways.ways()]
DOCUMENT: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[1000, 2000, 1], [1001, 65534, 1]]},
               "C": {"uid_map": [[0, 100000, 1000]]}},
    "setup": [{"type": "file", "path": "f", "kuid": 1000, "kgid": 1000},
              {"type": "file", "path": "real", "kuid": 1001, "kgid": 1001},
              {"type": "file", "path": "lost"}],
    "mounts": {"m": {"userns": "M"}, "loose": {"userns": "M", "detached": True}},
    "callers": {"inside": {"kuid": 100000, "kgid": 100000, "userns": "C"}},
}  # fmt: skip


@pytest.fixture
def s() -> kv.Scenario:
    return kv.Scenario(DOCUMENT)


def stored(file: File) -> tuple[int, int]:
    return int(file.f_inode.i_uid), int(file.f_inode.i_gid)


def test_the_ways_are_those_of_the_data() -> None:
    text = (HISTORY / "ways.json").read_text(encoding="utf-8")
    known = json.loads(text)["ways"]
    assert [json.loads(json.dumps(asdict(way))) for way in ways.ways()] == known
    assert [ways.way(way["id"]).title for way in known] == [way["title"] for way in known]
    assert all(type(held) is tuple for way in ways.ways() for held in (way.needs, way.sources))
    assert NAMES == ["pointer", "core", "offsets", "statmount", "stat"]


@pytest.mark.parametrize("name", NAMES)
def test_every_way_has_preconditions_a_limit_and_sources(name: str) -> None:
    way = ways.way(name)
    assert way.needs
    assert way.cannot
    assert all("message " in s or "commit " in s or "measured" in s or "/" in s
               for s in way.sources)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("written", ["5.12", "6.1", "6.5", "7.3"])
def test_every_release_has_a_verdict_and_a_reason(name: str, written: str) -> None:
    found = ways.verdicts(name, written)
    assert [each.release for each in found] == list(releases())
    assert all(len(each.reason) > 10 for each in found)
    spans = ways.spans(name, written)
    assert spans["first"].iloc[0] == "5.12"
    assert spans["last"].iloc[-1] == releases()[-1]
    assert all(a != b for a, b in zip(spans["verdict"], spans["verdict"][1:], strict=False))


def test_where_each_breaks() -> None:
    found = {name: ways.spans(name).iloc[:, :3].to_numpy().tolist() for name in NAMES}
    assert found == {
        "pointer": [["5.12", "6.1", "fails to load"], ["6.2", "7.3", "depends on the build"]],
        "core": [
            ["5.12", "6.1", "fails to load"],
            ["6.2", "6.7", "works"],
            ["6.8", "7.3", "fails to load"],
        ],
        "offsets": [
            ["5.12", "6.1", "silently wrong"],
            ["6.2", "6.4", "not recorded"],
            ["6.5", "6.5", "works"],
            ["6.6", "6.7", "not recorded"],
            ["6.8", "7.3", "silently wrong"],
        ],
        "statmount": [
            ["5.12", "6.7", "not there"],
            ["6.8", "6.14", "yes or no only"],
            ["6.15", "7.3", "works"],
        ],
        "stat": [["5.12", "7.3", "works"]],
    }


def test_fixed_offsets_break_once_more_than_names() -> None:
    assert ways.verdict("core", "6.12", written="6.11").verdict == "works"
    _, verdict, reason = ways.verdict("offsets", "6.12", written="6.11")
    assert verdict == "silently wrong"
    assert "f_path" in reason
    found = ways.spans("offsets", written="6.12").iloc[:, :3].to_numpy().tolist()
    assert found[1:] == [
        ["6.12", "6.12", "works"], ["6.13", "6.15", "not recorded"],
        ["6.16", "7.3", "silently wrong"],
    ]  # fmt: skip
    assert ways.spans("core", written="6.12").iloc[-1].tolist()[:3] == ["6.8", "7.3", "works"]


def test_a_script_for_the_old_pointer_breaks_at_6_2() -> None:
    assert ways.verdict("pointer", "6.1", written="6.0").verdict == "depends on the build"
    assert ways.verdict("pointer", "6.2", written="6.1").verdict == "fails to load"


def test_what_was_not_recorded_is_not_guessed() -> None:
    assert ways.verdict("core", "6.1", written="5.12").verdict == "not recorded"


def test_every_way_that_answers_agrees_with_the_wrapper() -> None:
    """Hundreds of random files, written for and run on 6.18: no way may contradict it."""
    count = 0
    for document in scenarios(20, 11):
        machine = Machine(document)
        for _, mnt, file in files(machine):
            wrapped = split_vfs_ids(bpf_get_file_vfs_ids(file))
            for name in NAMES:
                found = ask(
                    name, file, machine.root, "6.18", known=stored(file), written="6.18"
                )  # fmt: skip
                assert found.is_idmapped in (None, bpf_is_idmapped_mnt(mnt)), (name, found)
                assert found.ids in (None, wrapped), (name, found)
                count += found.ids is not None
    assert count > 500


def test_stat_cannot_tell_the_two_kinds_of_65534_apart(s: kv.Scenario) -> None:
    real, lost = s.open("real", via="m"), s.open("lost", via="m")
    shown = [ask("stat", f, s.machine.root, "6.18", known=stored(f)).shown for f in (real, lost)]
    assert shown == [(65534, 65534), (65534, 65534)]
    read = [ask("core", f, s.machine.root, "6.18", written="6.8").ids for f in (real, lost)]
    assert read == [(65534, 65534), (None, None)]


def test_stat_never_says_no_and_needs_a_known_owner(s: kv.Scenario) -> None:
    plain = s.open("f", via="plain")
    assert ask("stat", plain, s.machine.root, "6.18", known=(1000, 1000)).is_idmapped is None
    lost, inside = s.open("lost", via="m"), s.machine.callers["inside"]
    blind = ask("stat", lost, inside, "6.18", known=(0, 0))
    assert (blind.is_idmapped, blind.shown) == (None, (65534, 65534))
    assert "cannot see a difference" in blind.why
    found = ask("stat", s.open("f", via="m"), s.machine.root, "6.18")
    assert found.is_idmapped is None
    assert "no owner known" in found.why


def test_statmount_by_release_place_and_caller(s: kv.Scenario) -> None:
    root, inside = s.machine.root, s.machine.callers["inside"]
    file, loose = s.open("f", via="m"), s.open("f", via="loose")
    assert ask("statmount", file, root, "6.7").is_idmapped is None
    early = ask("statmount", file, root, "6.14", known=stored(file))
    assert (early.is_idmapped, early.ids) == (True, None)
    full = ask("statmount", file, root, "7.3", known=stored(file))
    assert full.ids == (2000, 2000)
    assert ask("statmount", loose, root, "6.18").is_idmapped is None
    hidden = ask("statmount", file, inside, "6.18", known=stored(file))
    assert (hidden.is_idmapped, hidden.ids) == (True, None)
    assert "left out" in hidden.why


def test_an_empty_map_looks_like_none_to_a_reader_on_6_8() -> None:
    document = {
        "settings": {"kernel": "6.8"},
        "userns": {"E": {"uid_map": None, "gid_map": None}},
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 6}],
        "mounts": {"m": {"userns": "E"}},
    }
    s = kv.Scenario(document)
    file = s.open("f", via="m")
    assert bpf_is_idmapped_mnt(file.f_path.mnt)
    found = ask("core", file, s.machine.root, "6.8", written="6.8")
    assert (found.is_idmapped, found.ids) == (False, (5, 6))
    assert "wrong here" in found.why
    assert ask("core", file, s.machine.root, "6.7", written="6.5").is_idmapped is True


def test_a_reader_does_not_follow_the_filesystems_own_mapping() -> None:
    document = {
        "userns": {"S": {"uid_map": [[0, 100000, 65536]]}, "M": {"uid_map": [[0, 5000, 10]]}},
        "fs": {"userns": "S"},
        "setup": [{"type": "file", "path": "f", "kuid": 100001, "kgid": 100001}],
        "mounts": {"m": {"userns": "M"}},
    }
    s = kv.Scenario(document)
    for mount, ids in (("plain", (100001, 100001)), ("m", None)):
        file = s.open("f", via=mount)
        found = ask("core", file, s.machine.root, "6.18", written="6.8")
        assert found.is_idmapped == bpf_is_idmapped_mnt(file.f_path.mnt)
        assert found.ids == ids
    assert found.why == "the map has rows; the filesystem's own mapping is not followed"


def test_the_pointer_needs_a_visible_symbol_and_reads_no_map(s: kv.Scenario) -> None:
    file = s.open("f", via="m")
    assert ask("pointer", file, s.machine.root, "6.12").is_idmapped is True
    assert ask("pointer", s.open("f", via="plain"), s.machine.root, "6.12").is_idmapped is False
    blind = ask("pointer", file, s.machine.root, "6.18", symbol_visible=False)
    assert (blind.is_idmapped, blind.ids) == (None, None)


def test_names_outside_the_data_are_refused(s: kv.Scenario) -> None:
    with pytest.raises(EvidenceError, match="no way 'ioctl'; there are: pointer, core"):
        ways.way("ioctl")
    with pytest.raises(UnknownRelease):
        ways.verdict("stat", "8.1")
    with pytest.raises(UnknownRelease):
        ask("core", s.open("f"), s.machine.root, "6.5", written="9.9")


LOADS = "struct mnt_idmap has no owner at 6.8 (it has uid_map, gid_map, count)"
ROWS = "uid rows told: 1000 2000 1, 1001 65534 1"
BLIND = "65534 with a map or without: this caller cannot see a difference"
SAID = [
    # way, file and mount, caller, release, what is known or asked for, answer, ids, shown, why
    ("pointer", "f m", "root", "6.12", {}, True, None, None,
     "the pointer was compared, the map behind it was not read"),
    ("pointer", "f plain", "root", "6.12", {}, False, None, None,
     "the pointer was compared, the map behind it was not read"),
    ("pointer", "f m", "root", "6.18", {"symbol_visible": False}, None, None, None,
     "this build hides the address of nop_mnt_idmap"),
    ("pointer", "f m", "root", "6.1", {}, None, None, None,
     "fails to load: 6.1 has no nop_mnt_idmap to compare with"),
    ("core", "f m", "root", "6.6", {}, True, (2000, 2000), None,
     "the map is not the initial namespace's"),
    ("core", "f plain", "root", "6.6", {}, False, (1000, 1000), None,
     "the map is the identity of the initial namespace"),
    ("core", "f m", "root", "6.18", {"written": "6.8"}, True, (2000, 2000), None,
     "the map has rows"),
    ("core", "f plain", "root", "6.18", {"written": "6.8"}, False, (1000, 1000), None,
     "the map has no rows"),
    ("core", "f m", "root", "6.8", {"written": "6.7"}, None, None, None,
     f"fails to load: {LOADS}"),
    ("offsets", "f m", "root", "6.6", {"written": "6.6"}, True, (2000, 2000), None,
     "the map is not the initial namespace's"),
    ("offsets", "f m", "root", "6.6", {}, None, None, None,
     "not recorded: file.f_path at 6.5: it exists, but its offset was not recorded"),
    ("offsets", "f m", "root", "7.3", {"written": "6.12"}, None, None, None,
     "silently wrong: file.f_inode moved from byte 40 to 32 by 7.3; nothing notices"),
    ("offsets", "f m", "root", "7.3", {"written": "6.16"}, None, None, None,
     "silently wrong: inode.i_uid moved from byte 4 to 24 by 7.3; nothing notices"),
    ("offsets", "f m", "root", "6.8", {}, None, None, None,
     "silently wrong: byte 0 of struct mnt_idmap is uid_map (struct uid_gid_map) at 6.8"),
    ("statmount", "f m", "root", "6.7", {}, None, None, None,
     "not there: statmount(2) exists since 6.8"),
    ("statmount", "f m", "root", "6.12", {}, True, None, None,
     "the flag says so; rows are told since 6.15"),
    ("statmount", "f plain", "root", "6.12", {}, False, None, None,
     "the flag says so; rows are told since 6.15"),
    ("statmount", "f loose", "root", "6.18", {}, None, None, None,
     "the mount is detached: no namespace lists it"),
    ("statmount", "f plain", "root", "6.18", {"known": (1000, 1000)}, False, None, None,
     "the answer has no map"),
    ("statmount", "f m", "root", "6.18", {}, True, None, None,
     f"{ROWS}; whose file it is needs a stored owner"),
    ("statmount", "f m", "root", "6.18", {"known": (1000, 1001)}, True, (2000, 65534), None, ROWS),
    ("statmount", "lost m", "root", "7.3", {"known": (0, 1000)}, True, (None, 2000), None, ROWS),
    ("statmount", "f m", "inside", "6.18", {"known": (1000, 1000)}, True, None, None,
     "uid rows told: none; rows were left out, and it cannot tell"),
    ("stat", "f m", "root", "6.18", {}, None, None, (2000, 2000),
     "no owner known to compare with"),
    ("stat", "f m", "root", "6.18", {"known": (1000, 1001)}, True, None, (2000, 2000),
     "without a map this caller would see 1000:1001"),
    ("stat", "f plain", "root", "6.18", {"known": (1000, 1000)}, None, None, (1000, 1000),
     "the same owner: no map, or a row that changes nothing"),
    ("stat", "f m", "inside", "6.18", {"known": (1000, 1000)}, None, None, (65534, 65534), BLIND),
]  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_what_each_way_says_of_one_file(s: kv.Scenario, said: tuple[Any, ...]) -> None:
    name, where, by, release, how, idmapped, ids, shown, why = said
    path, mount = where.split()
    task = s.machine.root if by == "root" else s.machine.callers[by]
    found = ask(name, s.open(path, via=mount), task, release, **how)
    assert (found.way, found.is_idmapped, found.ids) == (name, idmapped, ids)
    assert (found.shown, found.why) == (shown, why)


def test_rows_left_out_of_the_groups_alone_are_noticed() -> None:
    document = {
        "userns": {"M": {"uid_map": [[0, 100000, 10]], "gid_map": [[0, 500000, 10], [20, 7, 1]]},
                   "C": {"uid_map": [[0, 100000, 1000]], "gid_map": [[0, 500000, 1000]]}},
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 5}],
        "mounts": {"m": {"userns": "M"}},
        "callers": {"inside": {"kuid": 100000, "kgid": 500000, "userns": "C"}},
    }  # fmt: skip
    s = kv.Scenario(document)
    inside, file = s.machine.callers["inside"], s.open("f", via="m")
    found = ask("statmount", file, inside, "6.18", known=(5, 5))
    assert (found.is_idmapped, found.ids) == (True, None)
    assert found.why == "uid rows told: 0 0 10; rows were left out, and it cannot tell"


BUILD = (
    " are there; the symbol's address must be visible and the hooked function not inlined "
    "(6.12 of Debian: runs; one 6.18.44 build: cannot start)"
)
REASONS = [
    ("pointer", "6.1", "6.5", "fails to load", "6.1 has no nop_mnt_idmap to compare with"),
    ("pointer", "6.2", "6.1", "fails to load",
     "struct vfsmount has mnt_idmap, not mnt_userns, at 6.2"),
    ("pointer", "6.12", "6.5", "depends on the build",
     f"nop_mnt_idmap and vfsmount.mnt_idmap{BUILD}"),
    ("pointer", "6.1", "6.0", "depends on the build",
     f"init_user_ns and vfsmount.mnt_userns{BUILD}"),
    ("core", "6.8", "6.7", "fails to load", LOADS),
    ("statmount", "6.7", "6.5", "not there", "statmount(2) exists since 6.8"),
    ("statmount", "6.8", "6.5", "yes or no only", "the rows of the map are reported since 6.15"),
    ("statmount", "6.15", "6.5", "works", "statmount(2) reports the flag and the rows"),
    ("stat", "5.12", "6.5", "works", "uAPI: the same call, with the same meaning, on 5.12"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "release", "written", "verdict", "reason"), REASONS)
def test_why_a_way_works_or_does_not(
    name: str, release: str, written: str, verdict: str, reason: str
) -> None:
    assert ways.verdict(name, release, written) == (release, verdict, reason)


def test_spans_merge_neighbours_and_keep_the_first_reason() -> None:
    for name in NAMES:
        found, table = ways.verdicts(name, "6.1"), ways.spans(name, "6.1")
        assert list(table.columns) == ["first", "last", "verdict", "reason"]
        told = [each.verdict for each in found]
        spread = []
        for line in table.to_dict("records"):
            first, last = (releases().index(line[end]) for end in ("first", "last"))
            spread += [line["verdict"]] * (last - first + 1)
            assert line["reason"] == found[first].reason
        assert spread == told
        title = f"Without a kfunc: {ways.way(name).title}, written for 6.1"
        assert table.attrs["title"] == title
        assert table.attrs["n"] == "32 releases"
        assert table.attrs["period"] == "5.12 to 7.3"
        assert table.attrs["definition"] == (
            "whether it starts and reads what it means to read; x86-64 layouts"
        )
        assert table.attrs["source"] == (
            "data/history/btf_layouts.csv.gz, idmap_structs.csv.gz, idmap_api.csv.gz"
        )
    assert ways.spans("core").equals(ways.spans("core", "6.5"))
