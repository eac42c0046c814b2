# SPDX-License-Identifier: BSD-3-Clause
"""Lanes and hops say what the model said: ids, the row used, the one hop that lost the id."""

from __future__ import annotations

from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import ownership
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


def test_read_arrives() -> None:
    o = ask(path="f")
    assert ids(o) == [1000, 101000, 1000]
    assert [hop.row for hop in o.hops] == [0, 0]
    assert o.lost is None
    assert [hop.helper for hop in o.hops] == ["make_vfsuid", "from_kuid_munged"]


def test_read_of_a_gid_names_the_gid_helpers() -> None:
    o = ask(path="f", kind="gid")
    assert ids(o) == [7, 100007, 7]
    assert [hop.helper for hop in o.hops] == ["make_vfsgid", "from_kgid_munged"]
    assert not any("uid" in call.split("(")[0] for call in o.calls if "kuid" in call)


def test_read_lost_in_the_mount_still_asks_the_callers_map() -> None:
    o = ask(id=70000)
    assert ids(o) == [70000, None, None]
    assert o.lost == 0
    assert o.lanes[-1].shown == 65534
    assert o.hops[1].reached
    assert o.err is None


def test_read_lost_at_the_caller() -> None:
    o = ask(id=1000, via="plain")
    assert ids(o) == [1000, 1000, None]
    assert o.lost == 1
    assert o.hops[0].nop


def test_create_and_chown_end_with_the_kernels_errno() -> None:
    assert ids(ask(direction="create")) == [1000, 101000, 1000]
    refused = ask(direction="create", by="h")
    assert (refused.err, refused.lost, ids(refused)) == ("EOVERFLOW", 0, [None, 0, 0])
    unknown = ask(direction="chown", id=70000)
    assert (unknown.err, unknown.lost, ids(unknown)) == ("EINVAL", 1, [None, None, 70000])
    assert not unknown.hops[0].reached
    outside = ask(direction="chown", id=5, by="h")
    assert (outside.err, outside.lost) == ("EOVERFLOW", 0)


def test_nested_callers_have_a_lane_of_their_own() -> None:
    o = ask(path="f", by="n")
    assert ids(o) == [1000, 101000, 1000, 999]
    assert o.hops[1].note == "flattened"
    assert o.hops[2].rows == ((0, 1, 1000), (1000, 0, 1))
    assert o.hops[2].row == 0


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


def test_calls_belong_to_hops() -> None:
    o = ask(path="f")
    assert len(o.calls) == len(o.call_hops)
    for call, hop in zip(o.calls, o.call_hops, strict=True):
        if "make_vfsuid" in call:
            assert hop == 0
        if "from_kuid_munged" in call:
            assert hop == 1


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
    for id in (-5, 4294967295, 5_000_000_000):
        with pytest.raises(ValueError, match="from 0 to 4294967294"):
            ask(id=id)


def test_the_last_lane_is_what_stat_shows_in_random_scenarios() -> None:
    compared = 0
    for scenario in scenarios(120, 21):
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
                    assert (o.lost is None) == (last.id is not None)
                    compared += 1
    assert compared > 400


def test_create_agrees_with_the_real_operation_in_random_scenarios() -> None:
    compared = 0
    for scenario in scenarios(120, 22):
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
    assert compared > 100
