# SPDX-License-Identifier: BSD-3-Clause
"""
What a replay may cost
======================

Every loop whose length a file chooses is charged: with a small budget each of these scenarios ends
in one line that names the place.  The walk of a path has the kernel's own bounds, and ten thousand
ordinary operations have room.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.api import Scenario, who_owns
from kfuncviz.model import budget
from kfuncviz.model.budget import Budget, OverBudget, charged, spend
from kfuncviz.model.lookup import MAXSYMLINKS, NAME_MAX, PATH_MAX
from kfuncviz.model.mnt_idmapping import make_vfsuid, nop_mnt_idmap
from kfuncviz.model.trace import recording
from kfuncviz.model.uidgid import kuid_t
from kfuncviz.model.user_namespace import init_user_ns
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.replay import replay_traced

ACL = [["user_obj", None, "rwx"], *(["user", n, "r-x"] for n in range(96)),
       ["group_obj", None, "r-x"], ["mask", None, "rwx"], ["other", None, "r-x"]]  # fmt: skip


def chain(links: int, target: str = "d/../", times: int = 1) -> list[dict[str, Any]]:
    """A directory ``d`` and symlinks ``l0``, ``l1``, … that lead to it one through the other."""
    found: list[dict[str, Any]] = [{"type": "dir", "path": "d"}]
    for n in range(links):
        end = f"l{n + 1}" if n < links - 1 else "d"
        found.append({"type": "symlink", "path": f"l{n}", "target": target * times + end})
    return found


def ops(number: int, **op: Any) -> list[dict[str, Any]]:
    return [op] * number


FILE = [{"type": "file", "path": "f"}]
STRANGER = {"c": {"kuid": 5000, "kgid": 5000}}

#: Each asks for more than 2000 units of work (an entry of a path or an ACL) or 2000 values.
WORK: dict[str, tuple[dict[str, Any], str]] = {
    "links followed": (
        {"setup": chain(40, times=10), "ops": ops(4, op="stat", path="l0", follow=True)},
        "ops[2]",
    ),
    "links in the set-up": (
        {"setup": [*chain(40, times=10), *({"type": "dir", "path": f"l0/{n}"} for n in range(3))]},
        "setup[42]",
    ),
    "links to a mount's root": (
        {"setup": chain(40, times=10), "mounts": {f"m{n}": {"subdir": "l0"} for n in range(4)}},
        "mounts.m2",
    ),
    "deep directories": (
        {"ops": [{"op": "mkdir", "path": "/".join("d" * n)} for n in range(1, 60)]},
        "ops[36]",
    ),
    "an ACL looked through": (
        {"callers": STRANGER, "setup": [FILE[0] | {"acl": ACL}], "ops": ops(30, op="access",
         path="f", mask="r")},
        "ops[18]",
    ),
    "an ACL read": (
        {"setup": [FILE[0] | {"acl": ACL}], "ops": ops(30, op="getacl", path="f")},
        "ops[9]",
    ),
    "an ACL written": (
        {"setup": FILE, "ops": ops(30, op="setacl", path="f", entries=ACL)},
        "ops[9]",
    ),
    "the mode of a file with an ACL": (
        {"setup": [FILE[0] | {"acl": ACL}], "ops": ops(30, op="chmod", path="f", mode="0755")},
        "ops[18]",
    ),
    "an ACL inherited": (
        {"setup": [{"type": "dir", "path": "d", "default_acl": ACL}],
         "ops": [{"op": "mkdir", "path": f"d/{n}"} for n in range(30)]},
        "ops[17]",
    ),
}  # fmt: skip
VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "names listed": (
        {"setup": [{"type": "file", "path": str(n)} for n in range(400)],
         "ops": ops(9, op="readdir", path=".")},
        "ops[4]",
    ),
    "a long attribute read": (
        {"setup": FILE, "ops": [
            {"op": "setxattr", "path": "f", "name": "user.a", "value": "v" * 64000},
            *ops(9, op="getxattr", path="f", name="user.a")]},
        "ops[2]",
    ),
    "a long link read": (
        {"setup": [{"type": "symlink", "path": "l", "target": "t" * 4000}],
         "ops": ops(99, op="readlink", path="l")},
        "ops[31]",
    ),
    "an ACL inherited": (
        {"setup": [{"type": "dir", "path": "d", "default_acl": ACL}],
         "ops": [{"op": "mkdir", "path": f"d/{n}"} for n in range(30)]},
        "ops[20]",
    ),
    "an ACL read": (
        {"setup": [FILE[0] | {"acl": ACL}], "ops": ops(9, op="getacl", path="f")},
        "ops[2]",
    ),
}  # fmt: skip


def refusal(ask: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ScenarioError) as caught:
        ask()
    (problem,) = caught.value.problems
    return problem.place, problem.text


@pytest.mark.parametrize("name", WORK)
def test_work_is_charged_where_a_file_chooses_how_much(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, place = WORK[name]
    monkeypatch.setattr(budget, "WORK_MAX", 2000)
    assert (
        refusal(lambda: replay(document))
        == refusal(lambda: replay_traced(document))
        == (
            place,
            "too much to ask: more than 2000 components of paths and entries of ACLs to go through",
        )
    )


@pytest.mark.parametrize("name", VALUES)
def test_what_is_kept_is_charged(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document, place = VALUES[name]
    monkeypatch.setattr(budget, "VALUES_MAX", 2000)
    assert refusal(lambda: replay(document)) == (
        place,
        "too much to ask: more than 2000 values in answers and inherited ACLs",
    )


def test_the_rows_that_a_reason_carries_are_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[2 * n, 2 * n, 1] for n in range(200)]
    document = {
        "userns": {"M": {"uid_map": rows}}, "mounts": {"m": {"userns": "M"}},
        "setup": [FILE[0] | {"kuid": 7}], "ops": ops(9, op="chmod", path="f", mode="0600"),
    }  # fmt: skip
    monkeypatch.setattr(budget, "VALUES_MAX", 1800 + 32)  # and what a mount costs
    document["ops"] = document["ops"][:3]
    assert [op.err for op in replay_traced(document).ops] == ["EOVERFLOW"] * 3
    monkeypatch.setattr(budget, "VALUES_MAX", 1799 + 32)
    assert refusal(lambda: replay_traced(document))[0] == "ops[2]"
    assert len(replay(document)["ops"]) == 3


def test_the_steps_of_a_trace_are_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"ops": ops(30, op="stat", path=".")}
    steps = sum(len(op.steps) for op in replay_traced(document).ops)
    monkeypatch.setattr(budget, "STEPS_MAX", steps)
    monkeypatch.setattr("kfuncviz.model.trace.STEPS_MAX", steps)
    assert len(replay_traced(document)) == 30
    document["ops"] += ops(1, op="stat", path=".")
    place, text = refusal(lambda: replay_traced(document))
    assert (place, text) == ("ops[30]", f"too much to ask: a trace of more than {steps} steps")
    assert len(replay(document)["ops"]) == 31


def test_a_recording_outside_of_a_replay_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "STEPS_MAX", 3)
    with recording() as steps:
        for _ in range(3):
            make_vfsuid(nop_mnt_idmap, init_user_ns, kuid_t(0))
        with pytest.raises(OverBudget, match="a trace of more than"):
            make_vfsuid(nop_mnt_idmap, init_user_ns, kuid_t(0))
    assert len(steps) == 3


def test_what_is_left_ends_exactly_at_nothing() -> None:
    spend(work=10**9, values=10**9)  # nobody counts here
    most = Budget()
    with charged(most):
        spend(work=budget.WORK_MAX, values=budget.VALUES_MAX)
        for more in ({"work": 1}, {"values": 1}):
            with pytest.raises(OverBudget):
                spend(**more)
            spend(**{key: -number for key, number in more.items()})
    assert (most.work, most.values, most.steps) == (0, 0, budget.STEPS_MAX)


def test_every_question_has_a_budget_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = Scenario({"setup": chain(40, times=10)})
    monkeypatch.setattr(budget, "WORK_MAX", 1000)
    for _ in range(3):
        assert scenario.open("l0").f_inode.name == "d"
    monkeypatch.setattr(budget, "WORK_MAX", 800)
    assert refusal(lambda: scenario.open("l0"))[0] == "l0"
    machine = Machine(scenario.document)
    assert refusal(lambda: machine.run({"op": "stat", "path": "l0", "follow": True}))[0] == ""


def test_the_question_itself_is_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = Scenario({"setup": chain(40, times=10), "focus": {"path": "l0/."}})
    assert scenario.who_owns().lanes[0].id == 0
    monkeypatch.setattr(budget, "WORK_MAX", 800)
    for ask in (scenario.who_owns, lambda: who_owns(scenario, "l0/.")):
        assert refusal(ask)[0] == "l0/."


def test_ten_thousand_ordinary_operations_have_room() -> None:
    calls = ("create", "chown", "chmod", "stat", "open", "setacl", "getacl", "access", "rename",
             "unlink")  # fmt: skip
    more: dict[str, dict[str, Any]] = {
        "chmod": {"mode": "0600"}, "rename": {"to": "a/b/c/g"}, "unlink": {"path": "a/b/c/g"},
        "setacl": {"entries": [ACL[0], *ACL[1:5], *ACL[-3:]]}, "chown": {"gid": 0},
    }  # fmt: skip
    document = {
        "userns": {"M": {"uid_map": [[0, 0, 70000]]}},
        "setup": [{"type": "dir", "path": "a/b/c"[:n]} for n in (1, 3, 5)],
        "mounts": {"m": {"userns": "M"}},
        "ops": [{"op": op, "path": "a/b/c/f"} | more.get(op, {}) for op in calls] * 100,
    }
    machine = Machine(document)
    results = [result for _, result, _ in machine.replay(trace=True)]
    assert {result["err"] for result in results} == {None}
    left = machine.budget
    most = (budget.WORK_MAX, budget.VALUES_MAX, budget.STEPS_MAX)
    used = [
        have - now for have, now in zip(most, (left.work, left.values, left.steps), strict=True)
    ]
    assert all(10 * amount <= have for amount, have in zip(used, most, strict=True))
    assert all(used)


# ------------------------------------------------------------------ the kernel's own bounds


def stat(path: str, setup: list[dict[str, Any]], **more: Any) -> str | None:
    (result,) = replay({"setup": setup, "ops": [{"op": "stat", "path": path} | more]})["ops"]
    err: str | None = result["err"]
    return err


def test_forty_links_are_followed_and_not_one_more() -> None:
    assert stat("l0", chain(40), follow=True) is None
    assert stat("l0", chain(41), follow=True) == "ELOOP"
    assert stat("l0/.", chain(41)) == "ELOOP"
    assert stat("l0", chain(41)) is None


def test_a_path_has_4095_bytes_and_a_name_255() -> None:
    made = chain(1)
    assert stat("d/../" * 818 + "d/../", made) is None
    assert stat("d/../" * 818 + "d/../d", made) == "ENAMETOOLONG"
    assert stat("/".join(["."] * 2048), made) is None
    assert stat("n" * 255, made) == "ENOENT"
    assert stat("n" * 256, made) == "ENAMETOOLONG"
    assert stat("ü" * 127 + "n", made) == "ENOENT"
    assert stat("ü" * 128, made) == "ENAMETOOLONG"
    assert stat("d/" * 2047 + "ü", made) == "ENAMETOOLONG"


def test_what_the_bounds_imply_is_walked_to_its_end() -> None:
    document = {"setup": chain(40, times=818), "ops": ops(1, op="stat", path="l0", follow=True)}
    (op,) = replay_traced(document).ops
    assert op.err is None
    assert op.result["ret"]["type"] == "dir"
    assert 40 * 818 * 2 < sum(step.function == "may_lookup" for step in op.steps) < 40 * 2048
    assert len(json.dumps(op.result)) < 1000
    assert len(str(op)) < 300


def test_the_format_says_what_a_replay_may_cost(root: Path) -> None:
    said = " ".join((root / "data" / "scenario.md").read_text("utf-8").split())
    assert (budget.WORK_MAX, budget.VALUES_MAX) == (1_000_000, 1_000_000)
    assert "a million components of paths and entries of access lists" in said
    assert "a million values (numbers, texts of 64 characters" in said
    assert f"{budget.STEPS_MAX} steps" in said
    assert f"{PATH_MAX - 1} bytes (ENAMETOOLONG), {NAME_MAX} bytes a name" in said
    assert f"{MAXSYMLINKS} symlinks (ELOOP)" in said
