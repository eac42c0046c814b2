# SPDX-License-Identifier: BSD-3-Clause
"""
Both sentences about a way, whatever it is about and whatever ends it
=====================================================================

Under each scene and what is otherwise in it stand the sentence of a picture and the short one of
the screen.  The lines in ``read/said.txt`` were read and found right; ``python -m
tests.render.ownership.test_said > tests/render/ownership/read/said.txt`` writes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kfuncviz.render.ownership import brief, picture, reach
from kfuncviz.render.ownership.words import sentence
from kfuncviz.scenario.ownership.access import Access, Made
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.why import Why

from .scenes import scenes

SAID = Path(__file__).with_name("read") / "said.txt"
STAT = {"op": "stat", "path": "d/f"}
NEW = {"op": "create", "path": "d/n", "mode": "0666"}
SHUT = Why("may_lookup", "a door is shut", "EACCES", path="d", section="7.3", file="fs/namei.c")
STOPPED = Access(STAT, "EACCES", SHUT, "a door is shut", unseen=True)
ROOT = Access(STAT, "EACCES", replace(SHUT, path="."), "a door is shut", unseen=True)
OPEN = Access(STAT)
MADE = Access(NEW, made=Made("0640", "0026", ""))
LISTED = Access({**NEW, "path": "n"}, made=Made("0640", "0000", "user:7:r--"))
BARE = Access({"op": "chown", "path": "d"}, "EPERM", None, "it is not yours")
UNASKED = Access(NEW, "ENOSPC", None, "no room")

#: A scene, and what is otherwise in it.
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("one", {"entry": "user:7"}),
    ("one", {"entry": "rootid", "access": STOPPED}),
    ("one", {"kind": "gid", "inherited": True, "direction": "create"}),
    ("one", {"instead": "d<e>", "access": ROOT}),
    ("one", {"err": "EIO"}),
    ("one", {"access": OPEN, "title": ""}),
    ("one", {"overflow": 1000, "access": BARE}),
    ("nothing", {"overflow": 1000}),
    ("lost_mount", {"entry": "group:9", "kind": "gid"}),
    ("lost_mount", {"instead": "d", "err": "EIO"}),
    ("lost_mount", {"access": STOPPED, "overflow": 7}),
    ("lost_mount", {"kind": "gid"}),
    ("lost_caller", {"inherited": True}),
    ("lost_caller", {"entry": "rootid", "err": "EIO"}),
    ("nested", {"access": STOPPED}),
    ("nested_lost", {"entry": "user:5000"}),
    ("nested_lost", {"kind": "gid"}),
    ("inode", {"access": OPEN}),
    ("twin", {"access": STOPPED}),
    ("create", {"access": MADE}),
    ("create", {"access": LISTED}),
    ("create", {"access": STOPPED}),
    ("create", {"err": "EDQUOT"}),
    ("create", {"err": "EDQUOT", "access": Access(NEW)}),
    ("create_refused", {"access": Access(NEW)}),
    ("create_refused", {"access": UNASKED}),
    ("create_refused", {"access": Access(NEW, "EOVERFLOW")}),
    ("create_refused", {"setgid": 5}),
    ("chown", {"access": BARE}),
    ("chown_einval", {"access": BARE}),
    ("unnamed", {"access": OPEN}),
    ("unmade", {"access": Access(STAT, "ENOENT", None, "it is not there"), "err": "ENOENT"}),
    ("unmade", {"unmade": "callers.<c>", "access": None}),
    ("unmade", {"err": "ENOENT", "access": None}),
)


def asked() -> Iterator[tuple[str, Ownership]]:
    """Each answer, and its name."""
    made = scenes()
    for scene, more in ASKED:
        told = [
            f"{part} {value.err or 'ok'}" if isinstance(value, Access) else f"{part} {value}"
            for part, value in more.items()
        ]
        yield ", ".join([scene, *told]), replace(made[scene], **more)


def lines() -> Iterator[str]:
    for name, o in asked():
        yield f"-- {name}"
        yield sentence(o)
        yield f"{brief.owner(o)} ({brief.face(o)})"
        if o.access is not None:
            yield f"[{reach.verdict(o.access)}; {reach.where(o.access)}; {reach.reason(o.access)}]"


def test_every_sentence_is_as_it_was_read() -> None:
    assert [*lines()] == SAID.read_text("utf-8").splitlines()


def test_a_picture_is_named_by_its_question_and_told_by_its_sentence() -> None:
    for name, o in asked():
        drawn = picture.svg(o, 360)
        assert (picture.QUESTION in drawn) == (not o.title), name
        assert picture.html(o, 360).endswith("</p>")


if __name__ == "__main__":
    print("\n".join(lines()))
