# SPDX-License-Identifier: BSD-3-Clause
"""
Regions of the ownership explorer in rarer states
=================================================

The outlines in ``read/`` (see :mod:`tests.explorers.outline`) were read beside the screen;
``python -m tests.explorers.test_ownership_regions`` writes them anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.ownership import (
    State,
    bar,
    extents,
    files,
    first,
    frame,
    kernels,
    scenario,
    update,
)
from kfuncviz.scenario.load import WORKED, gallery, load
from tests.explorers.outline import outline
from tests.explorers.scenarios import SCENARIO
from tests.render.drawn import of_class, page, said

FOLDER = Path(__file__).with_name("read")
OURS = f"kfuncviz {version('kfuncviz')}"
TOKEN = re.compile(r"kfv2\.\S+")
#: A mount whose map the kernel does not take.
UNMADE: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[0, 0, 1], [0, 0, 1]]}},
    "mounts": {"x": {"userns": "M"}},
}
FOLDED = ("steps", "table", "scale", "save")


def sent(state: State, *events: tuple[str, str, Any]) -> State:
    for kind, target, value in events:
        state = update(state, {"type": kind, "target": target, "value": value})
    return state


def kept(name: str, *events: tuple[str, str, Any]) -> State:
    """A case compared with itself as it opens."""
    return sent(first(name), ("compare", "keep", True), *events)


#: A caller two namespaces deep, each with a map of two rows.
DEEP: dict[str, Any] = {
    "userns": {
        "out": {"uid_map": [[0, 1000, 1], [1, 100000, 65535]]},
        "in": {"uid_map": [[0, 8, 5], [5, 1, 5]], "parent": "out"},
    },
    "setup": [
        {"type": "dir", "path": "d"}, {"type": "dir", "path": "d/e"},
        {"type": "file", "path": "d/e/f", "kuid": 100002}, {"type": "file", "path": "d/g"},
        {"type": "file", "path": "top"},
    ],
    "mounts": {"m": {"subdir": "d"}},
    "callers": {"c": {"kuid": 100007, "userns": "in"}},
    "focus": {"path": "d/e/f", "via": "plain"},
}  # fmt: skip

#: A frame each, and the regions of it that are read.
SCREENS: Mapping[str, tuple[Callable[[], Frame], str]] = {
    "folds": (
        lambda: frame(replace(first("root-gets-eoverflow"), step=1, zoom=2, folds=FOLDED), 700),
        "owner folds",
    ),
    "both": (lambda: frame(sent(first("group-without-a-row"), ("set", "kind", "both")), 360),
             "picture owner"),
    "blocked": (lambda: frame(sent(first("home-on-a-stick"), ("set", "kernel", "6.1")), 360),
                "bar picture"),
    "namespace": (lambda: frame(first("filesystem-of-a-namespace"), 844), "picture"),
    "mid": (lambda: frame(first("mount-with-its-own-namespace"), 640), "picture"),
    "fewer": (lambda: frame(kept("nested-pod", ("set", "by", "root")), 844), "picture owner may"),
    "same": (lambda: frame(kept("home-on-a-stick", ("set", "kind", "gid")), 844), "owner may"),
    "deep": (lambda: frame(first(DEEP), 844), "picture owner"),
    "typed": (lambda: frame(sent(first("home-on-a-stick"), ("typed", "id", "x")), 360), "picture"),
    "created": (lambda: frame(sent(first(SCENARIO), ("set", "direction", "create"),
                                   ("set", "fs_in_userns", True)), 700), "picture owner may"),
    "walked": (lambda: frame(sent(first("nested-pod"), ("step", "2", None),
                                  ("select", "call.read", None)), 360), "picture owner may"),
    "lost": (lambda: frame(first({**SCENARIO, "focus": {"path": "nowhere"}}), 844),
             "picture owner may folds"),
    "unmade": (lambda: frame(first(UNMADE), 844), "picture owner may"),
}  # fmt: skip


def lines(name: str) -> list[str]:
    """The outline of a screen's regions."""
    draw, regions = SCREENS[name]
    shown = draw().regions
    return [
        TOKEN.sub("(a token)", line.replace(OURS, "kfuncviz VERSION"))
        for region in regions.split()
        for part in page(shown[region])
        for line in outline(part)
    ]


@pytest.mark.parametrize("name", SCREENS)
def test_the_outline_is_the_one_read(name: str) -> None:
    assert lines(name) == (FOLDER / f"ownership-{name}.txt").read_text("utf-8").splitlines()


def known(document: Any, gallery_: str, *, shut: bool = False) -> list[Any]:
    """What stands under a question: notes, and each case with whether it is this one."""
    state = replace(first(document), folds=() if shut else ("cases",))
    ask = page(bar.ask(state))
    (summary,), (details,) = ask.iter("summary"), ask.iter("details")
    assert summary.get("title") == said(summary)
    assert (details.get("open") is None) == shut
    buttons = [button for listed in of_class(ask, "kfv-cases") for button in listed.iter("button")]
    told = [(json.loads(b.get("data-event", "")), b.get("data-key"), said(b)) for b in buttons]
    cases = [
        ({"type": "set", "target": "scenario", "value": name}, f"case-{name}", load(name)["title"])
        for name in gallery(gallery_)
    ]
    assert told == ([] if shut else cases)
    about = [["".join(e.itertext()), len(e.findall("br"))] for e in of_class(ask, "kfv-about")]
    return [said(summary), *about, [b.get("data-key") for b in buttons if b.get("aria-current")]]


def test_under_the_question_stands_what_is_known_of_it_and_every_case() -> None:
    assert known({**SCENARIO, "title": "<Why>?"}, "") == [
        "<Why>?", ["the first & the secondand no thirdSource: written for <tests>", 2], [],
    ]  # fmt: skip
    assert known({}, "") == ["Who owns this file, seen from here?", []]
    assert known({"source": "a mail"}, "", shut=True)[1:] == [[]]
    assert known({"source": "a mail"}, "")[1:] == [["Source: a mail", 0], []]
    assert known("keep-id", "")[-1] == ["case-keep-id"]
    worked = gallery(WORKED)[0]
    assert known(worked, WORKED)[-1] == [f"case-{worked}"]


def test_something_is_created_in_a_directory_each_told_once() -> None:
    opened = sent(first(DEEP), ("set", "direction", "create"))
    assert files(opened) == {
        "owner d/e/f": "in d/e/", "owner d": "in d/", "owner top": "in the top",
    }  # fmt: skip
    below = sent(opened, ("set", "via", "m"))
    assert (below.path, files(below)) == ("e", {"owner e": "in e/", "owner g": "in the top"})
    asked = sent(opened, ("set", "direction", "read"), ("set", "via", "m"))
    assert files(asked) == {"owner e": "e", "owner e/f": "e/f", "owner g": "g"}


def test_what_the_kernels_answer_does_not_hang_on_the_one_asked_about() -> None:
    state = first("home-on-a-stick")
    for kernel in ("5.12", "6.1", "7.0"):
        asked = replace(state, kernel=kernel)
        assert kernels.answers(asked) == kernels.answers(state)
        assert kernels.stops(asked) == kernels.stops(state)
        assert extents(replace(asked, id=70)) == extents(replace(state, id=70))
        assert extents(replace(asked, id=70))[0] == (1, 998)
    assert len(kernels.answers(state)) == 2


def test_a_question_that_is_refused_is_shown_as_its_scenario_was_written() -> None:
    written = {**SCENARIO, "focus": {"path": "nowhere", "via": "m"}}
    for changed in ({"mount_idmapped": False}, {"kernel": "6.1"}, {"maps": (("mount.uid", ""),)}):
        document = scenario(replace(first(written), **changed))
        assert document == {**SCENARIO, "focus": document["focus"]}
        assert document["focus"] == {
            "path": "nowhere", "by": "c", "via": "m", "kind": "uid", "direction": "read",
        }  # fmt: skip


if __name__ == "__main__":
    for screen in SCREENS:
        text = "\n".join(lines(screen)) + "\n"
        (FOLDER / f"ownership-{screen}.txt").write_text(text, "utf-8")
