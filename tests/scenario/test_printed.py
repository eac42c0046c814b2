# SPDX-License-Identifier: BSD-3-Clause
"""
What is printed
===============

A replay, its trace, an answer, an error: whatever names a scenario holds, each prints as plain
lines that a terminal cannot obey, and not longer than somebody would read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.printable import printable, short
from kfuncviz.scenario.checking.schema import OP_ARGUMENTS, WITHOUT_PATH
from kfuncviz.scenario.problems import Problem, ScenarioError
from kfuncviz.scenario.replay import OpReplay, Replay

EVIL = ["\x1b[31m", "\x07", "a\nb", "\u202etxt", "\u2028", "\x9b1m", "\x00"[:0] + "\x7f", "\ufeff"]


def scenario(evil: str) -> kv.Scenario:
    """Every kind of operation on names that hold something evil."""
    acl = [["user_obj", None, 7], ["user", 5, 7], ["group_obj", None, 7], ["mask", None, 7],
           ["other", None, 7]]  # fmt: skip
    arguments: dict[str, dict[str, Any]] = {
        "symlink": {"target": evil}, "link": {"to": f"{evil}2"}, "rename": {"to": f"{evil}3"},
        "setacl": {"entries": acl}, "setxattr": {"name": f"user.{evil}", "value": evil},
        "getxattr": {"name": f"user.{evil}"}, "removexattr": {"name": f"user.{evil}b"},
        "chmod": {"mode": "0600"},
        "tmpfile": {"to": f"{evil}4"}, "fallocate": {"size": 5},
        "copy_file_range": {"to": evil}, "move_mount": {"to": evil},
    }  # fmt: skip
    paths = {"mkdir": f"{evil}d", "symlink": f"{evil}l", "readlink": f"{evil}l"}
    ops = [{"op": op, "path": paths.get(op, evil)} | arguments.get(op, {}) for op in OP_ARGUMENTS
           if op != "chmod_root" and op not in WITHOUT_PATH]  # fmt: skip
    setup = [{"type": "file", "path": evil}, {"type": "dir", "path": f"{evil}e"}]
    return kv.Scenario({
        "title": evil, "notes": evil, "source": evil, "setup": setup,
        "callers": {"c": {"kuid": 5}}, "focus": {"path": evil, "by": "root"},
        "ops": [*ops, *(op | {"by": "root"} for op in ops), {"op": "rmdir", "path": f"{evil}e/x"}],
    })  # fmt: skip


FORMS: dict[str, Callable[[kv.Scenario, Replay], object]] = {
    "replay": lambda _, done: done,
    "replay, short": lambda _, done: repr(done),
    "operations": lambda _, done: "\n".join(map(str, done.ops)),
    "operations, short": lambda _, done: "\n".join(map(repr, done.ops)),
    "traces": lambda _, done: "\n".join(op.trace() for op in done.ops),
    "steps": lambda _, done: "\n".join(repr(step) for op in done.ops for step in op.steps),
    "text": lambda s, _: s.to_text(),
    "scenario": lambda s, _: s,
    "scenario, short": lambda s, _: repr(s),
    "answer": lambda s, _: s.who_owns(),
    "token": lambda s, _: s.token(),
}


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_no_name_reaches_a_terminal_as_it_is(evil: str) -> None:
    s = scenario(evil)
    done, token = s.replay(), s.token()
    for name, form in FORMS.items():
        lines = str(form(s, done)).split("\n")
        assert [line for line in lines if not line.isprintable()] == [], name
        assert max(map(len, lines)) <= max(400, len(token)), name
    assert len(str(done).split("\n")) == len(s.document["ops"])


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_no_error_reaches_a_terminal_as_it_is(evil: str) -> None:
    s = scenario(evil)

    def asked(**question: Any) -> Callable[[], object]:
        return lambda: s.who_owns(**question)

    for ask in (
        lambda: kv.Scenario(evil), lambda: kv.Scenario({evil: evil}),
        lambda: kv.Scenario({"ops": [{"op": evil, "path": "/" + evil, "by": evil}]}),
        lambda: kv.IdMap(evil), lambda: kv.IdMap(f"0 0 1\n{evil}"),
        lambda: s.open(evil + "x"), lambda: s.open(evil, via=evil), lambda: s.open("/" + evil),
        asked(path=evil + "x"), asked(path="/" + evil), asked(path=evil, by=evil),
        asked(path=evil, via=evil), asked(kind=evil), asked(direction=evil),
        lambda: kv.Scenario.load(s.token(), kernel=evil),
        asked(kind=evil * 1500), asked(path=evil * 400 + "/x"), asked(direction=evil * 1500),
        lambda: s.to_svg(theme=evil * 1500),
        asked(path=evil, by=evil * 1500), asked(id=evil * 1500),
        lambda: s.open(evil, via=evil * 1500), lambda: kv.IdMap(evil * 1500),
    ):  # fmt: skip
        with pytest.raises((ScenarioError, KernelError, ValueError)) as caught:
            ask()
        assert all(line.isprintable() for line in str(caught.value).split("\n"))
        assert len(str(caught.value)) < 1000


def test_what_is_long_is_cut() -> None:
    name = "n" * 100_000
    op = OpReplay({"op": "stat", "path": name, "more": [name] * 9}, {"err": None}, ())
    assert str(op) == f"stat {'n' * 57}... more={name[:57]}... -> ok"
    s = kv.Scenario({"title": "t" * 200, "ops": [{"op": "stat", "path": name}] * 999})
    assert repr(s) == f"<Scenario {'t' * 77}...>"
    done = s.replay()
    assert repr(done) == "<Replay of 999 operations, 999 refused; print() lists them>"
    assert repr(done[0]) == (
        f"<OpReplay stat {'n' * 57}... -> ENAMETOOLONG: a path has at most 4095 bytes>"
    )
    assert max(map(len, str(done).split("\n"))) < 200
    assert max(map(len, done[0].trace().split("\n"))) <= 400
    assert repr(kv.Scenario({})) == "<Scenario without a title>"


def test_a_replay_says_what_was_asked_and_what_decided() -> None:
    chmod = {"op": "chmod", "path": "f", "mode": "0600"}
    s = kv.Scenario({"callers": {"c": {"kuid": 5}}, "setup": [{"type": "file", "path": "f"}],
                     "ops": [chmod, chmod | {"by": "root"}]})  # fmt: skip
    done = s.replay()
    refused, fine = str(done).splitlines()
    why = done[0].why
    assert why is not None
    assert refused == f"  0 chmod f mode=0600 -> EPERM: {why.words}"
    assert (
        why.words
        == "only the owner or CAP_FOWNER may change the mode; the caller has no CAP_FOWNER"
    )
    assert fine == "  1 chmod f mode=0600 by=root -> ok: 0:0 0600 file"
    assert (done[1].err, done[1].why, len(done)) == (None, None, 2)
    assert done[0].trace().splitlines() == [step.line for step in done[0].steps]
    assert repr(done) == "<Replay of 2 operations, 1 refused; print() lists them>"


def test_a_problem_is_its_place_its_errno_and_what_is_wrong() -> None:
    assert str(Problem("a[1]", "is wrong", "EINVAL")) == "a[1]: EINVAL: is wrong"
    assert str(Problem("", "is wrong")) == "is wrong"
    assert str(Problem("a" * 500, "is wrong")) == "a" * 197 + "...: is wrong"
    assert len(str(Problem("a" * 500, "is wrong" * 99))) == 400
    assert ScenarioError([Problem("", "x")]).problems == (Problem("", "x"),)
    error = IdMapError("EINVAL", "a\x1bb", 3)
    assert str(error) == r"EINVAL: line 3: a\x1bb"


@pytest.mark.parametrize(
    ("text", "most", "line"),
    [
        ("abc", 3, "abc"), ("abcd", 3, "..."), ("abcdef", 5, "ab..."), ("a\nb", 4, r"a\nb"),
        ("a\nbc", 4, "a..."), ("\u202e", 6, r"\u202e"), ("\u202e", 5, r"\u..."), ("ü", 1, "ü"),
        ("a\xa0b", None, r"a\xa0b"), ("\U000e0001", None, r"\U000e0001"),
    ],
)  # fmt: skip
def test_a_printable_line_is_escaped_and_then_cut(text: str, most: int | None, line: str) -> None:
    assert printable(text, most) == line


def test_short_says_that_something_is_left_out() -> None:
    assert short("x" * 60) == "x" * 60
    assert short("x" * 61) == "x" * 57 + "..."
