# SPDX-License-Identifier: BSD-3-Clause
"""
Whole screens: what stands on them, and what is said of them
============================================================

Of a few screens of the explorers about kfuncs and about a configuration: the outline of their
regions, the parts of a picture that have a name, the sentence, the rows and the text.  The lines
in ``whole`` were read beside the screen.  Whoever changes a screen reads the new ones:

    python -m tests.explorers.test_whole_screens      writes the lines
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kfuncviz.explorers.doctor import EXAMPLES
from kfuncviz.explorers.engine.registry import explorer
from tests.explorers.outline import outline
from tests.render.drawn import page

FOLDER = Path(__file__).with_name("whole")
SAID = "sentence table text"


class Screen(NamedTuple):
    """A state as JSON holds it, how wide it is drawn, and what of it is listed."""

    state: dict[str, Any]
    width: int
    parts: str


NEED = {
    "topic": "need",
    "selection": "claim need",
    "written": [
        ["need.for", "It is\nneeded."],
        ["need.against", "It is not."],
        ["need.after", "Perhaps."],
    ],
    "stances": [["need.before", "even"]],
    "weights": [["need", "much"]],
    "opened": ["need"],
    "folds": ["mail", "weighing"],
}
COST = {
    "topic": "cost",
    "selection": "message 11",
    "stances": [["cost.before", "for"]],
    "opened": ["cost"],
}
PERFMON = {"about": "elsewhere", "since": "7.0", "change": "perfmon-7.3", "exposure": "kfunc"}
GUESSES = [["perfmon-7.3", "kfunc", "partly"], ["perfmon-7.3", "syscall", "breaks"]]
WRONG = {"kfunc": "bpf_inode_into_vfs_ids", "idmap": "unmapped", "rcu": True}
REFUSED = {"text": EXAMPLES["util-linux#2175"].text, "question": "a file owned by 1000"}
DRAFT = {"text": "0:1000:1", "question": "owned by 5", "reading": "podman", "draft": "setup: 5"}
WAYS = {"text": "X-mount.idmap=u:1000:0:1 g:5:6:1\nsome words", "question": "owned by 1000:1000"}
SCREENS: Mapping[str, Screen] = {
    "bench-wrong": Screen(
        {**WRONG, "folds": ["program", "table", "mail", "save"]},
        844,
        f"kernel program verdict bench folds {SAID}",
    ),
    "bench-contrast": Screen(
        {"kfunc": "bpf_put_file", "release": "6.4", "folds": ["program", "save"]},
        500,
        f"ask kernel verdict bench folds {SAID}",
    ),
    "doctor-refused": Screen(
        {**REFUSED, "folds": ["table", "mail", "save"]},
        844,
        f"chain finding cards asides folds {SAID}",
    ),
    "doctor-draft": Screen(
        {**DRAFT, "repair": 0, "folds": ["scenario"]}, 360, "paste chain finding cards folds"
    ),
    "doctor-ways": Screen(WAYS, 360, f"paste chain finding cards asides {SAID}"),
    "doctor-empty": Screen({}, 844, f"paste chain finding cards asides folds {SAID}"),
    "exposure-cell": Screen(
        {**PERFMON, "folds": ["table", "mail", "save"]},
        844,
        f"ask controls say matrix paid folds {SAID}",
    ),
    "exposure-row": Screen(
        {"since": "6.18", "change": "inode-uid-6.19"}, 500, f"matrix paid {SAID}"
    ),
    "exposure-column": Screen({"until": "5.12", "exposure": "kfunc"}, 844, f"matrix {SAID}"),
    "exposure-guess": Screen(
        {**PERFMON, "predict": True}, 500, "controls say matrix paid sentence"
    ),
    "exposure-guessed": Screen(
        {**PERFMON, "predict": True, "guesses": GUESSES}, 500, f"say matrix {SAID}"
    ),
    "lifetimes-page": Screen(
        {
            "subsystem": "kernel/cgroup/",
            "kfunc": "cgroup_rstat_flush",
            "folds": ["table", "mail", "save"],
        },
        844,
        f"ask controls say lives record definition survival folds {SAID}",
    ),
    "lifetimes-beside": Screen({"beside": True}, 400, "beside"),
    "lifetimes-none": Screen(
        {"text": "no such name", "counts": []}, 400, f"controls say lives survival beside {SAID}"
    ),
    "thread-first": Screen({}, 844, "ask bar picture chosen mine map folds sentence"),
    "thread-weighed": Screen(NEED, 844, f"ask bar chosen mine map folds {SAID}"),
    "thread-narrow": Screen(COST, 360, "bar picture chosen sentence"),
}


def lines(name: str) -> Iterator[str]:
    """What stands on a screen and what is said of it, line by line."""
    module, asked = explorer(name.partition("-")[0]), SCREENS[name]
    parts = asked.parts.split()
    shown = module.frame(module.from_json(asked.state), asked.width)
    for region in (name for name in shown.regions if name in parts):
        for part in page(shown.regions[region]):
            yield from outline(part)
            yield from (next(outline(e)) for e in part.iter("g") if e.get("aria-label"))
    if "sentence" in parts:
        yield f"sentence: {shown.sentence}"
    if "table" in parts:
        for row in shown.table:
            yield "; ".join(f"{head}: {cell}" for head, cell in row.items())
    if "text" in parts:
        yield from shown.text.splitlines()


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_the_one_read(name: str) -> None:
    assert [*lines(name)] == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for screen in SCREENS:
        told = "\n".join(lines(screen))
        (FOLDER / f"{screen}.txt").write_text(f"{told}\n", "utf-8")
