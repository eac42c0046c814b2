# SPDX-License-Identifier: BSD-3-Clause
"""The operation explorer and the bench as widgets: what they open with, and their values."""

from __future__ import annotations

from typing import Any

import pytest
import traitlets

import kfuncviz as kv
from kfuncviz.explorers import bench, operation
from kfuncviz.scenario.load import gallery

DOCUMENT: dict[str, Any] = {
    "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 5, "mode": "0600"}],
    "callers": {"c": {"kuid": 7, "kgid": 7}, "d": {"kuid": 5, "kgid": 5}},
}


def test_an_operation_opens_with_what_it_is_given() -> None:
    shown = kv.OperationExplorer(DOCUMENT, op="unlink", by="d")
    assert (shown.op, shown.by, shown.path, shown.via) == ("unlink", "d", "f", "plain")
    assert shown.case.op == {"op": "unlink", "path": "f"}
    assert kv.OperationExplorer().scenario == gallery()[0]
    again = kv.OperationExplorer(state=operation.to_json(shown.state))
    assert again.state == shown.state
    assert kv.OperationExplorer(kv.Scenario("keep-id")).case.here.document == (
        kv.Scenario("keep-id").document
    )
    with pytest.raises(ValueError, match="'fly' is no operation"):
        kv.OperationExplorer(DOCUMENT, op="fly")
    more = DOCUMENT | {
        "mounts": {"m": {}},
        "setup": [*DOCUMENT["setup"], {"type": "dir", "path": "d"}],
    }
    other = kv.OperationExplorer(more, via="m", path="d", by="root", layout={"width": "50%"})
    assert (other.via, other.path, other.by, other.layout.width) == ("m", "d", "root", "50%")
    by_state = kv.OperationExplorer(state=operation.to_json(shown.state), by="c")
    assert (by_state.op, by_state.by) == ("unlink", "c")


def test_the_values_of_an_operation_are_what_its_controls_set() -> None:
    shown = kv.OperationExplorer(DOCUMENT, op="chmod")
    assert shown.case.rail.err == "EPERM"
    shown.given = {"mode": "0640"}
    assert shown.given == (("mode", "0640"),)
    shown.given = {"mode": "0640"}  # again: nothing to refuse
    shown.changes = [["cap", "CAP_FOWNER"]]
    assert shown.changes == (("cap", "CAP_FOWNER"),)
    assert shown.case.rail.err == ""
    shown.changes = []
    assert shown.case.rail.err == "EPERM"
    shown.by = "d"
    assert shown.case.rail.err == ""
    with pytest.raises(traitlets.TraitError, match="'e' is no by"):
        shown.by = "e"
    with pytest.raises(traitlets.TraitError, match="mode: '9' will not do"):
        shown.given = {"mode": "9"}
    assert shown.by == "d"
    opened = kv.explore(shown.token)
    assert opened.state == shown.state


def test_the_bench_opens_with_what_it_is_given() -> None:
    shown = kv.BenchExplorer(idmap="unmapped", kfunc="bpf_inode_into_vfs_ids", release="6.12")
    assert (shown.kfunc, shown.idmap, shown.release) == (
        "bpf_inode_into_vfs_ids", "unmapped", "6.12",
    )  # fmt: skip
    assert shown.case.value == 1000 << 32 | 1000
    again = kv.BenchExplorer(state=bench.to_json(shown.state))
    assert again.state == kv.explore(shown.token).state == shown.state
    assert kv.BenchExplorer(kv.Scenario("three-kinds-of-nobody")).path == "lost-in-mount"
    assert kv.BenchExplorer().state == bench.State()
    by_state = kv.BenchExplorer(state=bench.to_json(shown.state), release="6.13")
    assert (by_state.idmap, by_state.release) == ("unmapped", "6.13")
    assert kv.BenchExplorer(layout={"width": "50%"}).layout.width == "50%"
    shown.sleepable = True
    assert shown.state.sleepable
    with pytest.raises(traitlets.TraitError, match=r"'6\.1' is no release"):
        shown.release = "6.1"
    with pytest.raises(ValueError, match="'bpf_fly' is no kfunc"):
        kv.BenchExplorer(kfunc="bpf_fly")


@pytest.mark.parametrize("explorer", [kv.OperationExplorer, kv.BenchExplorer])
def test_without_a_page_it_is_a_picture_with_its_sentence(explorer: Any) -> None:
    shown = explorer()
    drawn = shown.draw(width=500)
    assert drawn.count("<svg") == 1
    assert 'width="504"' in drawn
    assert shown.__class__.__name__ in repr(shown)
