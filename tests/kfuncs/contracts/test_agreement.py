# SPDX-License-Identifier: BSD-3-Clause
"""Each cell of the matrix agrees with what the readers, the wrappers and the verifier say."""

from __future__ import annotations

import pytest

from kfuncviz.evidence import LayoutNotRecorded, core_reader, fixed_offset_reader
from kfuncviz.evidence.data.load import position, releases
from kfuncviz.evidence.history import diffs as history
from kfuncviz.evidence.idmap import readers, wrappers
from kfuncviz.kfuncs.contracts import Change, change, changes, consequence
from kfuncviz.kfuncs.verifier import Arg, Program, check_call, kfunc, origin

#: What becomes of both readers, CO-RE first, and what the probe's cell has to say then.
PROBE = {
    ("works", "works"): "holds",
    ("works", "silently wrong"): "adapts",
    ("fails to load", "silently wrong"): "breaks",
}
WALKED = [
    event
    for event in changes().values()
    if {facet.surface for facet in event.facets} & {"member", "private-member"}
]


def either_side(event: Change) -> tuple[str, str]:
    """The releases nearest to a change whose layouts the readers can decide."""
    for late in releases()[position(event.release) :]:
        for early in reversed(releases()[: position(event.release)]):
            try:
                fixed_offset_reader(early, late)
            except LayoutNotRecorded:
                continue
            return early, late
    raise AssertionError(event.id)


@pytest.mark.parametrize("event", WALKED, ids=lambda event: event.id)
def test_a_probe_fares_as_the_readers_do(event: Change) -> None:
    early, late = either_side(event)
    told = core_reader(early, late).verdict, fixed_offset_reader(early, late).verdict
    assert consequence("fentry-core", event.id).outcome == PROBE[told]


def test_every_break_of_a_reader_is_a_change() -> None:
    moved = {position(event.release) for event in WALKED if event.id != "f-path-union-6.18"}
    found = [
        range(position(one.built_at) + 1, position(one.run_at) + 1)
        for one in readers.breaks(fixed_offset_reader) if one.verdict != "not recorded"
    ]  # fmt: skip
    assert all(set(span) & moved for span in found)
    assert moved <= {place for span in found for place in span}


def test_a_kfunc_fares_as_the_wrappers_do() -> None:
    """Bodies are edited and callers notice nothing, but for the handle, whose type changed."""
    inside = [event for event in changes().values() if event.about == "inside"]
    lines = {
        verdict: {(line.wrapper, line.release) for line in wrappers.written()
                  if line.verdict == verdict}
        for verdict in ("body edited", "prototype changed")
    }  # fmt: skip
    handed = {"bpf_file_mnt_idmap", "bpf_inode_into_vfs_ids"}
    assert {wrapper for wrapper, _ in lines["prototype changed"]} == handed
    assert {release for _, release in lines["prototype changed"]} == {"6.2"}  # both are there
    assert [e.id for e in inside if consequence("kfunc", e.id).outcome == "breaks"] == []
    handles = [e.id for e in inside if consequence("kfunc-pointer", e.id).outcome == "breaks"]
    assert handles == ["mnt-user-ns-gone-6.3"]  # and the old one is gone a release later
    hidden = {
        where.get("release") for e in inside if consequence("kfunc", e.id).rule == "glue-hides-it"
        for _, where in e.rows
    }  # fmt: skip
    assert {release for _, release in lines["body edited"]} <= hidden
    stays = [e for e in inside if consequence("kfunc", e.id).rule == "glue-stays"]
    assert "own-maps-6.8" in [e.id for e in stays]
    edited = {release for verdict in lines.values() for _, release in verdict}
    assert not edited & {e.release for e in stays} - hidden


@pytest.mark.parametrize(
    ("exposed", "wrapper"),
    [("kfunc", "bpf_get_file_vfs_ids"), ("kfunc-pointer", "bpf_file_mnt_idmap")],
)
def test_the_default_of_7_0_stops_some_programs_and_not_others(exposed: str, wrapper: str) -> None:
    """A hook's own file passes on both sides, the iterator's unmarked one on the older alone."""
    accepted = {
        (provenance, release): check_call(
            kfunc(wrapper, release), Program(program), [Arg(provenance, "struct file")], release
        ).accept
        for provenance, program in (("trusted", "LSM"), ("plain", "TRACING"))
        for release in ("6.19", "7.0")
    }  # fmt: skip
    assert accepted == {
        ("trusted", "6.19"): True, ("trusted", "7.0"): True,
        ("plain", "6.19"): True, ("plain", "7.0"): False,
    }  # fmt: skip
    assert consequence(exposed, "trusted-default-7.0").outcome == "partly"
    assert change("trusted-default-7.0").about == "elsewhere"


@pytest.mark.parametrize(("exposed", "outcome"), [("kfunc", "partly"), ("kfunc-pointer", "holds")])
def test_the_union_of_6_18_stops_who_walks_and_not_who_hands_over_the_file(
    exposed: str, outcome: str
) -> None:
    """One of four wrappers takes what is loaded through f_path; the others take the file."""
    wrappers_of = {"kfunc": ["bpf_is_idmapped_mnt", "bpf_get_file_vfs_ids"],
                   "kfunc-pointer": ["bpf_file_mnt_idmap"]}  # fmt: skip
    places = {"struct vfsmount": "file->f_path.mnt of a trusted file",
              "struct file": "file, handed to an LSM hook"}  # fmt: skip

    def loads(wrapper: str, release: str) -> bool:
        fn = kfunc(wrapper, release)
        given = origin(places[fn.params[0].struct], release)
        return check_call(fn, Program("LSM", attach="file_open"), [given], release).accept

    before = {wrapper: loads(wrapper, "6.17") for wrapper in wrappers_of[exposed]}
    after = {wrapper: loads(wrapper, "6.18") for wrapper in wrappers_of[exposed]}
    assert all(before.values())
    assert [wrapper for wrapper in after if not after[wrapper]] == (
        ["bpf_is_idmapped_mnt"] if outcome == "partly" else []
    )
    assert consequence(exposed, "f-path-union-6.18").outcome == outcome


#: What becomes of who calls a kfunc, by what its rows show.
CALLER = {
    ("died", ""): "breaks", ("prototype", "arg_count"): "breaks",
    ("prototype", "return_type"): "rebuild",  # from one width of integer to another
    ("prototype", "const_qualifier"): "holds",
    ("flags", "stricter"): "partly", ("moved", ""): "holds",
}  # fmt: skip
OF_KFUNCS = [
    event for event in changes().values()
    if event.about == "elsewhere" and any(facet.surface == "kfunc" for facet in event.facets)
]  # fmt: skip


@pytest.mark.parametrize("event", OF_KFUNCS, ids=lambda event: event.id)
def test_a_change_of_a_kfunc_is_the_one_its_rows_show(event: Change) -> None:
    names = {where["kfunc"] for table, where in event.rows if table == "events"}
    found = {
        (change.event, change.kind if change.event == "flags" else change.detail)
        for change in history.changes()
        if change.release == event.release and (change.kfunc in names or "*" in names)
        and change.event in ("died", "prototype", "flags", "moved")
        and change.kind != "kernel_side"
    }  # fmt: skip
    if "*" in names:
        found = {each for each in found if each[0] == "flags"}
        assert ("flags", "retired") in found
        assert consequence("kfunc", event.id).outcome == "partly"
        return
    assert {CALLER[each] for each in found} == {consequence("kfunc", event.id).outcome}
    assert consequence("kfunc-pointer", event.id).outcome == consequence("kfunc", event.id).outcome
    assert consequence("helper", event.id).outcome == "holds"
