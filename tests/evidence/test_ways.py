# SPDX-License-Identifier: BSD-3-Clause
"""Without a kfunc: each way against the wrapper, against the record, and where it is wrong."""

from __future__ import annotations

from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.evidence.data.load import releases
from kfuncviz.evidence.errors import EvidenceError, UnknownRelease
from kfuncviz.evidence.idmap import ways
from kfuncviz.evidence.idmap.ask import ask, ask_all
from kfuncviz.kfuncs import bpf_get_file_vfs_ids, bpf_is_idmapped_mnt, split_vfs_ids
from kfuncviz.model.fs import File
from kfuncviz.scenario.machine import Machine
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
            ["6.2", "6.7", "works"],
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
    assert "nr_extents" in reason


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


def test_the_pointer_needs_a_visible_symbol_and_reads_no_map(s: kv.Scenario) -> None:
    file = s.open("f", via="m")
    assert ask("pointer", file, s.machine.root, "6.12").is_idmapped is True
    assert ask("pointer", s.open("f", via="plain"), s.machine.root, "6.12").is_idmapped is False
    blind = ask("pointer", file, s.machine.root, "6.18", symbol_visible=False)
    assert (blind.is_idmapped, blind.ids) == (None, None)


def test_the_table_has_a_line_a_way(s: kv.Scenario) -> None:
    table = ask_all(s.open("lost", via="m"), s.machine.root, "6.18", known=(0, 0), written="6.8")
    assert table["way"].tolist() == [way.title for way in ways.ways()]
    assert table.set_index("way").loc["read the struct (CO-RE)", "uid"] == "no mapping"


def test_names_outside_the_data_are_refused(s: kv.Scenario) -> None:
    with pytest.raises(EvidenceError, match="no way 'ioctl'; near: pointer, core"):
        ways.way("ioctl")
    with pytest.raises(UnknownRelease):
        ways.verdict("stat", "8.1")
    with pytest.raises(UnknownRelease):
        ask("core", s.open("f"), s.machine.root, "6.5", written="9.9")
