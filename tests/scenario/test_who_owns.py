# SPDX-License-Identifier: BSD-3-Clause
"""Lanes and hops say what the model said: ids, the row used, the one hop that lost the id."""

from __future__ import annotations

from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.model.fs import Path
from kfuncviz.model.mnt_idmapping import from_vfsgid, from_vfsuid, make_vfsgid, make_vfsuid
from kfuncviz.model.stat import vfs_statx
from kfuncviz.model.trace import recording
from kfuncviz.model.uidgid import INVALID
from kfuncviz.model.user_namespace import (
    from_kgid,
    from_kuid,
    init_user_ns,
    make_kgid,
    make_kuid,
    uid_m_show,
)
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import ownership
from kfuncviz.scenario.ownership.travel import Hop, travel
from tests.generate import scenarios

STACK: dict[str, Any] = {
    "userns": {
        "M": {"uid_map": [[0, 100000, 65536]]},
        "N": {"parent": "M", "uid_map": [[0, 1, 1000], [1000, 0, 1]]},
        "F": {"uid_map": [[0, 20000, 1000]]},
    },
    "setup": [{"type": "file", "path": "f", "kuid": 1000, "kgid": 7}],
    "mounts": {"m": {"userns": "M"}},
    "callers": {
        "c": {"kuid": 101000, "kgid": 101000, "userns": "M"},
        "n": {"kuid": 100001, "kgid": 100001, "userns": "N"},
        "h": {"kuid": 0, "kgid": 0},
    },
}


def ask(**question: Any) -> Ownership:
    return ownership(Machine(STACK), **question)


def ids(o: Ownership) -> list[int | None]:
    return [lane.id for lane in o.lanes]


def lost(o: Ownership) -> int | None:
    return o.travel.lost.hop if o.travel.lost else None


def test_read_arrives() -> None:
    o = ask(path="f")
    assert ids(o) == [1000, 101000, 1000]
    assert [leg.row for leg in o.travel.hops] == [0, 0]
    assert o.travel.lost is None
    assert [hop.helper for hop in o.hops] == ["make_vfsuid", "from_kuid_munged"]


def test_read_of_a_gid_names_the_gid_helpers() -> None:
    o = ask(path="f", kind="gid")
    assert ids(o) == [7, 100007, 7]
    assert [hop.helper for hop in o.hops] == ["make_vfsgid", "from_kgid_munged"]
    assert "make_vfsgid" in [call.function for call in o.calls]
    assert not any("uid" in call.function for call in o.calls)


@pytest.mark.parametrize(
    ("entry", "kind", "helpers"),
    [
        ("user:1007", "uid", ["make_vfsuid", "from_kuid"]),
        ("group:7", "gid", ["make_vfsgid", "from_kgid"]),
    ],
)
def test_an_entry_is_read_without_munging(entry: str, kind: str, helpers: list[str]) -> None:
    acl = [["user_obj", None, "rwx"], ["user", 1007, "r--"], ["group_obj", None, "r--"],
           ["group", 7, "r--"], ["mask", None, "rwx"], ["other", None, "r--"]]  # fmt: skip
    document = STACK | {"setup": [{"type": "file", "path": "f", "acl": acl}]}
    o = ownership(Machine(document), "f", entry=entry, kind=kind)
    assert [hop.helper for hop in o.hops] == helpers


def test_read_lost_in_the_mount_still_asks_the_callers_map() -> None:
    o = ask(id=70000)
    assert ids(o) == [70000, None, None]
    assert [leg.fate for leg in o.travel.legs] == ["lost", "after"]
    assert o.travel.loss == "nowhere"
    assert o.lanes[-1].shown == 65534
    assert o.err is None


def test_read_lost_at_the_caller() -> None:
    o = ask(id=1000, via="plain")
    assert ids(o) == [1000, 1000, None]
    assert [leg.fate for leg in o.travel.legs] == ["arrives", "lost"]
    assert o.travel.loss == "no name"
    assert o.hops[0].nop


def test_create_and_chown_end_with_the_kernels_errno() -> None:
    assert ids(ask(direction="create")) == [1000, 101000, 1000]
    refused = ask(direction="create", by="h")
    assert (refused.err, lost(refused), ids(refused)) == ("EOVERFLOW", 0, [None, 0, 0])
    unknown = ask(direction="chown", id=70000)
    assert (unknown.err, lost(unknown), ids(unknown)) == ("EINVAL", 1, [None, None, 70000])
    assert unknown.travel.hops[0].fate == "unreached"
    outside = ask(direction="chown", id=5, by="h")
    assert (outside.err, lost(outside)) == ("EOVERFLOW", 0)


def test_nested_callers_have_a_lane_of_their_own() -> None:
    o = ask(path="f", by="n")
    assert ids(o) == [1000, 101000, 1000, 999]
    assert o.hops[1].note == "flattened"
    assert o.hops[2].rows == ((0, 1, 1000), (1000, 0, 1))
    assert o.travel.hops[2].row == 0


@pytest.mark.parametrize("idmapped", [True, False])
def test_a_filesystem_of_a_namespace(idmapped: bool) -> None:
    document = STACK | {
        "fs": {"userns": "F"},
        "setup": [{"type": "file", "path": "f", "kuid": 20005, "kgid": 20005}],
        "mounts": {"m": {"userns": "M" if idmapped else None}},
    }
    o = ownership(Machine(document), "f", by="h")
    if idmapped:
        assert ids(o) == [20005, 5, 100005, 100005]
    else:
        assert ids(o) == [5, 20005, 20005]
        assert o.lanes[0].twin == ("i_uid", 20005)


def places(o: Ownership) -> list[tuple[str, str]]:
    return [(lane.name, lane.sub) for lane in o.lanes]


def test_lanes_are_named_after_what_stands_there() -> None:
    dot = "\N{MIDDLE DOT}"
    seen = ("In the mount", f"m {dot} vfsuid")
    assert places(ask(path="f")) == [
        ("On disk", f"tmpfs {dot} i_uid"), seen, ("You see", f"M {dot} uid"),
    ]  # fmt: skip
    assert places(ask(direction="create", by="n", kind="gid"))[1:] == [
        ("In the mount", f"m {dot} vfsgid"), ("Intermediate", f"M {dot} gid"),
        ("You create", f"N {dot} gid"),
    ]  # fmt: skip
    assert places(ask(direction="chown", by="h"))[-1] == ("You type", f"host {dot} uid")
    made = STACK | {"fs": {"userns": "F"}, "setup": []}
    idmapped = ownership(Machine(made), id=5, by="h")
    assert places(idmapped)[:2] == [
        ("In the inode", f"i_uid {dot} kernel id"), ("On disk", "id in F"),
    ]  # fmt: skip
    assert [hop.name for hop in idmapped.hops] == [
        "filesystem's user ns", "mount idmap", "caller's user ns",
    ]  # fmt: skip
    plain = Machine(made | {"mounts": {}})
    assert places(ownership(plain, id=5, by="h"))[:2] == [
        ("On disk", "id in F"), ("In the mount", f"plain {dot} not idmapped"),
    ]  # fmt: skip
    strange = ownership(plain, direction="chown", id=5, by="h")
    assert places(strange)[0] == ("In the inode", f"i_uid {dot} none in F")
    assert strange.hops[0].note == "" != ownership(plain, id=5, by="h").hops[0].note


def test_calls_are_the_steps_of_the_trace_with_their_hops() -> None:
    o = ask(path="f")
    assert [(call.function, call.depth, call.hop) for call in o.calls] == [
        ("vfs_statx", 0, None),
        ("generic_fillattr", 1, None),
        ("i_uid_into_vfsuid", 2, 0),
        ("make_vfsuid", 3, 0),
        ("map_id_down", 4, 0),
        ("from_kuid_munged", 1, 1),
        ("from_kuid", 2, 1),
        ("map_id_up", 3, 1),
    ]
    called = o.calls[3]
    assert called.line == "make_vfsuid(M, init_user_ns, k1000) = v101000"
    assert (called.arguments, called.answer) == ("M, init_user_ns, k1000", "v101000")
    assert (called.file, called.section) == ("fs/mnt_idmapping.c", "5")
    assert called.url.endswith("/ident/make_vfsuid")
    assert called.commit == ""


def test_an_id_is_asked_about_as_a_file_of_that_name() -> None:
    assert ask(id=70000).calls[0].line == (
        "vfs_statx(<mount m> <uid 70000 k70000:k70000 0644>) = {uid=65534 gid=65534 mode=0644 file}"
    )


def test_lanes_and_hops_alternate() -> None:
    o = ask(path="f")
    assert Ownership("t", "uid", "read", o.lanes, o.hops, o.travel).overflow == 65534
    for lanes, hops in ((o.lanes[:2], o.hops), (o.lanes, o.hops[:1]), (o.lanes[:1], ())):
        with pytest.raises(ValueError, match=(
            "^an Ownership needs at least two lanes, and one hop and one leg fewer than lanes; "
            f"this one has {len(lanes)} lanes, {len(hops)} hops and 2 legs$"
        )):  # fmt: skip
            Ownership("t", "uid", "read", lanes, hops, o.travel)


def calls(o: Ownership) -> list[tuple[str, int | None]]:
    return [(call.function, call.hop) for call in o.calls]


def test_calls_of_a_write() -> None:
    assert calls(ask(direction="chown", id=5)) == [
        ("make_kuid", 1), ("map_id_down", 1), ("from_vfsuid", 0), ("map_id_up", 0),
    ]  # fmt: skip
    assert calls(ask(direction="create", kind="gid")) == [
        ("mapped_fsgid", 0), ("from_vfsgid", 0), ("map_id_up", 0), ("kgid_has_mapping", None),
        ("from_kgid", None), ("map_id_up", None),
    ]  # fmt: skip


def test_calls_on_a_filesystem_of_a_namespace() -> None:
    made = STACK | {"fs": {"userns": "F"}, "setup": []}
    idmapped, plain = Machine(made), Machine(made | {"mounts": {}})
    assert calls(ownership(idmapped, id=5, by="h"))[3:7] == [
        ("make_vfsuid", 1), ("from_kuid", 0), ("map_id_up", 0), ("map_id_down", 1),
    ]  # fmt: skip
    assert calls(ownership(plain, id=5, by="h"))[2:4] == [
        ("i_uid_into_vfsuid", 0), ("make_vfsuid", 0),
    ]  # fmt: skip
    assert calls(ownership(plain, direction="create", by="h"))[:3] == [
        ("mapped_fsuid", None), ("from_vfsuid", None), ("kuid_has_mapping", 0),
    ]  # fmt: skip
    assert calls(ownership(idmapped, direction="chown", id=100005, by="h"))[2:] == [
        ("from_vfsuid", 1), ("map_id_up", 1), ("make_kuid", 0), ("map_id_down", 0),
    ]  # fmt: skip


def test_what_cannot_be_asked_is_explained() -> None:
    with pytest.raises(kv.KernelError, match="there is no 'gone'"):
        ask(path="gone")
    with pytest.raises(kv.KernelError, match=r"caller 'x' is not there.* there is: root, c, n, h"):
        ask(by="x")
    with pytest.raises(kv.KernelError, match="mount 'x' is not there"):
        ask(via="x")
    with pytest.raises(ValueError, match="direction is 'zz'; want one of read, create, chown"):
        ask(direction="zz")
    with pytest.raises(ValueError, match="kind is 'pid'"):
        ask(kind="pid")
    for id in (-5, 4294967295, 5_000_000_000, 5.5, True, "5"):
        with pytest.raises(ValueError, match=f"id is {id!r}; want a whole .* 0 to 4294967294"):
            ask(id=id)
    with pytest.raises(kv.KernelError, match="uid 5000 cannot be stored: F has no row for it"):
        ownership(Machine(STACK | {"fs": {"userns": "F"}, "setup": []}), id=5000)


def test_the_last_lane_is_what_stat_shows_in_random_scenarios() -> None:
    compared = 0
    for scenario in scenarios(30, 21):
        machine = Machine(scenario)
        for by in machine.callers:
            for via in machine.mounts:
                document = scenario | {"ops": [{"op": "stat", "path": ".", "by": by, "via": via}]}
                seen = replay(document)["ops"][0].get("seen") or {}
                if "uid" not in seen:
                    continue
                for kind in ("uid", "gid"):
                    o = ownership(machine, ".", by=by, via=via, kind=kind)  # type: ignore[arg-type]
                    last = o.lanes[-1]
                    assert seen[kind] == (last.id if last.id is not None else last.shown)
                    assert (o.travel.lost is None) == (last.id is not None)
                    compared += 1
    assert compared > 100


def test_create_agrees_with_the_real_operation_in_random_scenarios() -> None:
    compared = 0
    for scenario in scenarios(60, 22):
        for by in scenario["callers"]:
            machine = Machine(scenario)
            if by not in machine.callers or "m" not in machine.mounts:
                continue
            pair = [ownership(machine, direction="create", by=by, via="m", kind=kind)
                    for kind in ("uid", "gid")]  # type: ignore[arg-type]  # fmt: skip
            result = machine.run({"op": "create", "path": "brand-new", "by": by, "via": "m"})
            refused = any(o.err == "EOVERFLOW" for o in pair)
            if result["err"] == "EACCES":  # the directory could not even be searched
                continue
            assert (result["err"] == "EOVERFLOW") == refused
            if result["err"] is None:
                assert (
                    result["disk"]["uid"] == (pair[0].lanes[0].twin or ("", pair[0].lanes[0].id))[1]
                )
            compared += 1
    assert compared > 50


# ------------------------------------------ recomputed from the model and the rows


QUESTIONS: tuple[dict[str, Any], ...] = (
    {"path": "."}, {"id": 5}, {"id": 1000}, {"direction": "create"},
    {"direction": "create", "id": 0}, {"direction": "chown", "id": 0},
    {"direction": "chown", "id": 70000}, {"direction": "chown"},
)  # fmt: skip


def no_id(number: int) -> int | None:
    return None if number == INVALID else int(number)


def asked(machine: Machine, **question: Any) -> Ownership | None:
    try:
        return ownership(machine, **question)
    except kv.KernelError:
        return None


def everything_asked(stride: int) -> list[tuple[Machine, dict[str, Any], Ownership]]:
    """Answers to every question, of every caller through every mount."""
    out = []
    documents = [kv.Scenario.load(name).document for name in kv.gallery()]
    for document in (*documents[::stride], *scenarios(30 // stride, 23)):
        machine = Machine(document)
        for by in machine.callers:
            for via in machine.mounts:
                for kind in ("uid", "gid"):
                    for question in QUESTIONS:
                        whole = {"by": by, "via": via, "kind": kind} | question
                        o = asked(machine, **whole)
                        if o is not None:
                            out.append((machine, whole, o))
    return out


@pytest.fixture(scope="module")
def answers(stride: int) -> list[tuple[Machine, dict[str, Any], Ownership]]:
    return everything_asked(stride)


Answers = list[tuple[Machine, dict[str, Any], Ownership]]


def numbers_of_a_read(machine: Machine, q: dict[str, Any], o: Ownership) -> None:
    task, mnt = machine.callers[q["by"]], machine.mounts[q["via"]]
    uid, fs, ns = q["kind"] == "uid", mnt.mnt_sb.s_user_ns, task.cred.user_ns
    make, named = (make_vfsuid, from_kuid) if uid else (make_vfsgid, from_kgid)
    root = mnt.mnt_root
    kid: Any = root.i_uid if uid else root.i_gid
    if "id" in q and not o.inherited:
        kid = (make_kuid if uid else make_kgid)(fs, q["id"])  # type: ignore[operator]
    seen: Any = make(mnt.mnt_idmap, fs, kid)  # type: ignore[operator]
    by_key = {(lane.key, lane.name): lane.id for lane in o.lanes}
    assert by_key["mount", "In the mount"] == no_id(seen)
    inside = no_id(named(ns, seen))  # type: ignore[operator]
    assert o.lanes[-1].id == inside
    assert o.lanes[-1].shown == (None if inside is not None else o.overflow)
    assert o.lanes[0].id == (no_id(named(fs, kid)) if o.lanes[0].twin else kid)  # type: ignore[operator]
    if fs is not init_user_ns and o.hops[0].key == "fs":
        assert o.lanes[1 if o.lanes[1].key == "fs" else 0].id == no_id(named(fs, kid))  # type: ignore[operator]


def numbers_of_a_write(machine: Machine, q: dict[str, Any], o: Ownership) -> None:
    task, mnt = machine.callers[q["by"]], machine.mounts[q["via"]]
    uid, fs, ns = q["kind"] == "uid", mnt.mnt_sb.s_user_ns, task.cred.user_ns
    make, store, named = (make_kuid, from_vfsuid, from_kuid) if uid else (
        make_kgid, from_vfsgid, from_kgid
    )  # fmt: skip
    own: Any = task.cred.fsuid if uid else task.cred.fsgid
    typed = q.get("id", no_id(named(ns, own)))  # type: ignore[operator]
    seen: Any = make(ns, q["id"]) if "id" in q else own  # type: ignore[operator]
    if q["direction"] == "chown" and typed is None:
        seen = INVALID  # nobody can type what has no number
    assert o.lanes[-1].id == typed
    assert o.lanes[-1].twin == (None if typed is not None else (f"fs{q['kind']}", own))
    mount = next(lane for lane in o.lanes if lane.key == "mount")
    assert mount.id == no_id(seen)
    kid: Any = INVALID if seen == INVALID else store(mnt.mnt_idmap, fs, seen)  # type: ignore[operator]
    inside = INVALID if kid == INVALID else named(fs, kid)  # type: ignore[operator]
    if q["direction"] == "create" and inside == INVALID:
        kid = INVALID
    assert o.err == ("EINVAL" if seen == INVALID else "EOVERFLOW" if kid == INVALID else None)
    first = o.lanes[0]
    assert (first.twin[1] if first.twin else first.id) == no_id(kid)
    if first.twin:
        assert first.id == no_id(inside)


def test_numbers_are_what_the_model_says(answers: Answers, stride: int) -> None:
    assert len(answers) > 2000 / stride
    for machine, question, o in answers:
        check = numbers_of_a_read if o.reading else numbers_of_a_write
        check(machine, question, o)


def holds(o: Ownership, h: int, column: int, number: int) -> int | None:
    """The row of a hop that holds a number in a column."""
    rows = enumerate(o.hops[h].rows)
    return next((n for n, r in rows if r[column - 1] <= number < r[column - 1] + r[2]), None)


def test_rows_and_fates_follow_from_the_numbers_and_the_rows(answers: Answers) -> None:
    fates = set()
    for _, _, o in answers:
        reading, lost_yet = o.reading, False
        way = range(len(o.hops)) if reading else range(len(o.hops) - 1, -1, -1)
        assert [leg.hop for leg in o.travel.legs] == list(way)
        for place, leg in enumerate(o.travel.legs, 1):
            hop, here, there = o.hops[leg.hop], o.lanes[leg.source], o.lanes[leg.target]
            assert abs(leg.source - leg.target) == 1
            assert (leg.source < leg.target) == reading
            assert leg.hop == min(leg.source, leg.target)
            assert leg.place == place
            assert leg.column == (1 if (hop.col1 == "left") == reading else 2)
            fates.add((leg.fate, leg.row is None))
            if lost_yet:
                assert leg.fate == ("after" if reading else "unreached")
                assert (there.id, leg.row) == (None, None)
            elif there.id is None and not (there.key == "fs" and there.twin):
                assert leg.fate == "lost"
                assert leg.row is None
                assert here.id is None or holds(o, leg.hop, leg.column, here.id) is None
                lost_yet = True
            else:
                assert leg.fate == "arrives"
                row_maps(o, leg.hop, leg.row, leg.column, here.id, there.id)
        assert (o.travel.lost is not None) == lost_yet
    assert {fate for fate, _ in fates} == {"arrives", "lost", "after", "unreached"}


def row_maps(
    o: Ownership, h: int, row: int | None, column: int, here: int | None, there: int | None
) -> None:
    """The row that answered takes the number here to the number there."""
    if o.hops[h].nop:
        assert (row, there) == (None, here)
    elif here is None:
        assert row is None, "the kernel id goes as it is"
    else:
        assert row is not None
        assert row == holds(o, h, column, here)
        used = o.hops[h].rows[row]
        if o.hops[h].key == "caller" and used[1] == INVALID:
            return  # what the parent cannot name is printed as -1
        assert there is not None
        assert here - used[column - 1] == there - used[2 - column]


def test_rows_are_those_of_the_maps_in_force(answers: Answers) -> None:
    for machine, question, o in answers:
        task, mnt = machine.callers[question["by"]], machine.mounts[question["via"]]
        which = f"{question['kind']}_map"
        assert isinstance(o.travel.legs, tuple)
        assert isinstance(o.travel.hops, tuple)
        ns = task.cred.user_ns
        for hop in o.hops:
            assert not (hop.nop and hop.rows), "an unwritten map is a map"
            assert isinstance(hop.rows, tuple)
            if hop.key == "mount":
                assert list(hop.rows) == getattr(mnt.mnt_idmap, which).rows
            elif hop.key == "fs":
                assert list(hop.rows) == getattr(mnt.mnt_sb.s_user_ns, which).rows
            elif hop.key == "mid":
                assert ns.parent is not None
                assert list(hop.rows) == getattr(ns.parent, which).rows
            elif ns is init_user_ns:
                assert hop.nop
            elif o.hops[-2].key == "mid":
                assert ns.parent is not None
                written = uid_m_show(ns, ns.parent, question["kind"])
                assert list(hop.rows) == [tuple(row) for row in written]
            else:
                assert list(hop.rows) == getattr(ns, which).rows


def test_calls_of_a_read_are_those_stat_makes(answers: Answers) -> None:
    for machine, question, o in answers:
        if question.get("path") != ".":
            continue
        task, mnt = machine.callers[question["by"]], machine.mounts[question["via"]]
        with recording() as steps:
            vfs_statx(task, Path(mnt, mnt.mnt_root))
        other = "gid" if question["kind"] == "uid" else "uid"
        made = iter(step.line for step in steps)
        for call in o.calls:
            assert "  " * call.depth + call.line in made, "in the kernel's order"
            assert other not in call.function
        own = [step.function for step in steps if question["kind"] in step.function]
        assert [f for f in (call.function for call in o.calls) if question["kind"] in f] == own


def test_a_hop_without_a_lookup_is_drawn_with_the_one_on_its_callers_side() -> None:
    def hop(helper: str) -> Hop:
        return Hop("mid", "", (), True, "left", helper)

    def steps(direction: Any, *helpers: str) -> list[int]:
        return [leg.step for leg in travel(direction, tuple(map(hop, helpers)), {}).hops]

    assert steps("read", "a", "", "b") == [1, 2, 2]
    assert steps("create", "a", "", "b") == [2, 1, 1]
    assert steps("read", "a", "b", "") == [1, 2, 2]
    assert steps("chown", "", "") == [1, 1]
    assert steps("create", "a", "", "b", "c") == [3, 2, 2, 1]
    assert steps("read", "a", "", "b", "c") == [1, 2, 2, 3]
    assert steps("create", "a", "b", "") == [2, 1, 1]


def test_where_the_way_starts_ends_and_is_answered() -> None:
    hops = tuple(Hop(key, "", (), False, "left", "f") for key in ("fs", "mount", "mid", "caller"))
    read = travel("read", hops, {0: 3}, lost=2)
    assert (read.start, read.end, read.answer, read.loss) == (0, 4, 4, "no name")
    assert read.seen == (0, 1, 2, 3, 4)
    assert read.fallen == (False, False, False, True, True)
    assert [leg.row for leg in read.legs] == [3, None, None, None]
    assert travel("read", hops, {}, lost=1).loss == "nowhere"
    assert travel("read", hops, {}, lost=3).loss == "no name"
    assert travel("read", hops, {}).loss is None
    write = travel("create", hops, {3: 1}, lost=1)
    assert (write.start, write.end, write.answer, write.loss) == (4, 0, 1, "refused")
    assert write.seen == (4, 3, 2, 1, 0)
    assert write.fallen == (False, True, False, False, False)
    assert write.into[4] is None
    assert write.into[1] is write.lost is write.legs[2]
    assert travel("chown", hops, {}).answer == 0


def test_a_caller_whose_id_has_no_number_anywhere_still_creates() -> None:
    callers = {"n": {"kuid": 7, "kgid": 7, "userns": "N"}}
    o = ownership(Machine(STACK | {"callers": callers, "mounts": {}}), direction="create")
    assert ids(o) == [7, 7, None]
    assert o.lanes[-1].twin == ("fsuid", 7)
    assert (o.err, o.travel.lost) == (None, None)


@pytest.mark.parametrize("caller", ["c", "root"])
def test_no_directory_and_no_link_keeps_the_answer_back(caller: str) -> None:
    """Whose it is is told also where the way to it is shut; whether the caller gets there, beside.

    What each gets at the directory that is nobody's and at the link: c passes as an other, and
    root, with every capability, does not, for none counts where an id is missing; the link in a
    sticky directory is neither one's own nor the directory's.
    """
    acl = [["user_obj", None, "---"], ["user", 0, "---"], ["group_obj", None, "---"],
           ["mask", None, "rwx"], ["other", None, "--x"]]  # fmt: skip
    machine = Machine({
        "fs": {"type": "ext4"}, "settings": {"protected_symlinks": 1},
        "setup": [{"type": "dir", "path": "d", "kuid": -1, "kgid": -1, "acl": acl},
                  {"type": "file", "path": "d/f", "kuid": 7, "kgid": 8},
                  {"type": "dir", "path": "t", "kuid": 3, "mode": "1777"},
                  {"type": "symlink", "path": "t/l", "target": "../d", "kuid": 9}],
        "callers": {"c": {"kuid": 5, "kgid": 5}},
    })  # fmt: skip
    refused = None if caller == "c" else "EACCES"
    for path, gid, err in (("d/f", 8, refused), ("t/l/f", 8, refused), ("t/l/", INVALID, "EACCES")):
        answer = ownership(machine, path, by=caller, kind="gid")
        assert answer.lanes[0].id == gid
        assert answer.access is not None
        assert answer.access.err == err, path
        assert machine.run(answer.access.op)["err"] == err
    assert ownership(machine, "d/f", by=caller).lanes[-1].id == 7
    assert ownership(machine, "d", by=caller, direction="create").access is not None
