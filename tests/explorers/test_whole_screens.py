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

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kfuncviz.explorers import bench, doctor, lifetimes, thread
from kfuncviz.explorers.doctor import EXAMPLES
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.explorers.lifetimes.estimate import notes
from kfuncviz.explorers.lifetimes.estimate import said as read_out
from kfuncviz.explorers.thread.frame import said
from kfuncviz.explorers.thread.state import SELECTIONS
from tests.explorers.outline import outline
from tests.render.drawn import SVG, blueprint, page

FOLDER = Path(__file__).with_name("whole")
SAID = "sentence table text"
OURS = f"kfuncviz {version('kfuncviz')}"
#: The second and later lines of a token.
TOKEN = re.compile(r"  [\w-]+")


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
EVERY = {
    "stances": [[f"{topic}.before", "even"] for topic in thread.TOPICS],
    "opened": [*thread.TOPICS],
    "selection": "fact churn",
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
MANY = "\n".join(
    [
        "unshare --map-users=all", "me:100000:65536", "me:300000:5", "uid=7(me)",
        *(f"lxc.idmap = {kind} {2 * n} {3 * n} 1" for kind in "ug" for n in range(10)),
        *(f"line {n} of “words” → é" for n in range(12)),
    ]
)  # fmt: skip
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
        {**REFUSED, "folds": ["scenario", "table", "mail", "save"]},
        844,
        f"chain lanes finding cards asides folds {SAID}",
    ),
    "doctor-draft": Screen(
        {**DRAFT, "repair": 0, "folds": ["scenario"]}, 360, "paste chain finding cards folds"
    ),
    "doctor-ways": Screen(WAYS, 360, f"paste chain finding cards asides {SAID}"),
    "doctor-compared": Screen({**WAYS, "repair": 0}, 900, "lanes cards"),
    "doctor-empty": Screen(
        {"folds": ["scenario", "table", "save"]},
        844,
        f"paste chain finding cards asides folds {SAID}",
    ),
    "doctor-many": Screen(
        {"text": MANY, "folds": ["save"]}, 700, f"paste chain asides folds {SAID}"
    ),
    "doctor-number": Screen(
        {"text": "0 100000 65536", "question": "container uid 70000 on the host"},
        700,
        f"finding asides {SAID}",
    ),
    "doctor-unasked": Screen(
        {"text": "0 5 1", "question": "chown to 4294967295"}, 500, f"finding cards asides {SAID}"
    ),
    "exposure-cell": Screen(
        {**PERFMON, "folds": ["table", "mail", "save"]},
        844,
        f"ask controls say matrix paid folds {SAID}",
    ),
    "exposure-row": Screen(
        {"since": "6.18", "change": "inode-uid-6.19"}, 500, f"matrix paid {SAID}"
    ),
    "exposure-column": Screen(
        {"about": "both", "since": "6.18", "until": "6.19", "exposure": "kfunc"},
        844,
        f"matrix {SAID}",
    ),
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
    "lifetimes-narrow": Screen({"kfunc": "bpf_get_file_xattr"}, 400, "record"),
    "lifetimes-beside": Screen({"beside": True}, 400, "beside"),
    "lifetimes-none": Screen(
        {"text": "no such name", "counts": []}, 400, f"controls say lives survival beside {SAID}"
    ),
    "thread-first": Screen({}, 844, "ask bar picture chosen mine map folds sentence"),
    "thread-weighed": Screen(NEED, 844, f"ask bar chosen mine map folds {SAID}"),
    "thread-narrow": Screen(COST, 360, "bar picture chosen sentence"),
}


#: The last one has five files to draw a band from, the first 30 lives at some age.
ESTIMATED: list[dict[str, Any]] = [
    {"flag": "KF_PERFMON", "age": 0}, {"subsystem": "net/", "counts": ("gone",), "age": 30},
    {"program_type": "STRUCT_OPS", "counts": lifetimes.state.ENDS, "age": 1},
    {"subsystem": "arch/", "counts": ()}, {"text": "bpf_get_file_xattr", "age": 12},
    {"flag": "KF_SPINLOCK_SAFE", "counts": ("widened",)},
]  # fmt: skip
CALLED: list[dict[str, Any]] = [
    {"idmap": "unmapped"}, {"kfunc": "bpf_is_idmapped_mnt", "release": "6.17"},
    {"kfunc": "bpf_file_mnt_idmap"},
    {"kfunc": "bpf_is_idmapped_mnt", "via": "plain"}, {"hook": "xdp"}, {"pointer": "number"},
    {"kfunc": "bpf_task_acquire"}, {"kfunc": "bpf_put_file", "release": "7.0"},
    {"hook": "iter/task_file", "release": "6.12"}, {"flags": "KF_RCU", "release": "6.12"},
    {"scenario": "three-kinds-of-nobody", "via": "m", "path": "really-65534"},
    {"scenario": "filesystem-that-cannot-be-idmapped", "via": "volume", "path": "data"},
]  # fmt: skip
OWNED = "0 100000 65536\n-rw-r--r-- 1 {0} {0} 0 Jan 1 f"
ASKED = [
    *((each.text, each.question) for each in EXAMPLES.values()),
    ("lxc.idmap = u 1001 101001 0", ""), ("0 100000 65536", "container uid 5 on the host"),
    ("0 100000 65536", "container uid 70000 on the host"),
    (OWNED.format(100000), "can root write to the file?"),
    (OWNED.format(5), "as user 7 write to the file"), ("ls -l", "why?"), ("0 5 1", "owned by 5:6"),
]  # fmt: skip
#: What is written besides, and by what of an explorer.
PAGES: Mapping[str, Callable[[], str]] = {
    "thread-weighing": lambda: thread.weighing_html(thread.from_json(NEED)),
    "lifetimes-notes": lambda: "\n".join(
        "\n  ".join(
            [f"{asked}", read_out(lifetimes.State(**asked)), *notes(lifetimes.State(**asked))]
        )
        for asked in ESTIMATED
    ),
    "thread-said": lambda: "\n".join(
        f"{name}: {said(thread.State(selection=name, opened=('need', 'later')))}"
        for name in ("", *SELECTIONS)
    ),
    "bench-said": lambda: "\n".join(
        f"{shown.text}{shown.sentence}"
        for shown in (bench.frame(bench.State(**asked)) for asked in CALLED)
    ),
    "thread-rows": lambda: "\n".join(
        " | ".join(cell for head, cell in row.items() if head != "says")
        for row in thread.frame(thread.from_json(EVERY)).table
    ),
    "doctor-said": lambda: "\n".join(
        doctor.frame(doctor.State(text, question)).sentence for text, question in ASKED
    ),
    "doctor-examples": lambda: "\n".join(
        f"{each.title} ({each.source})\n{each.text}\n{each.question}\n"
        + doctor.frame(doctor.State(each.text, each.question)).text
        for each in EXAMPLES.values()
    ),
}


def written(name: str) -> Iterator[str]:
    """The lines of a screen or a page; a token and the version are named, not written."""
    inside = False
    for line in lines(name) if name in SCREENS else PAGES[name]().splitlines():
        inside = inside and TOKEN.fullmatch(line) is not None
        if not inside:
            yield re.sub("kfv1[.].*", "(a token)", line.replace(OURS, "kfuncviz VERSION"))
        inside = inside or line.startswith("  kfv1.")


def lines(name: str) -> Iterator[str]:
    """What stands on a screen and what is said of it, line by line."""
    module, asked = explorer(name.partition("-")[0]), SCREENS[name]
    parts = asked.parts.split()
    shown = module.frame(module.from_json(asked.state), asked.width)
    for region in (name for name in shown.regions if name in parts):
        for part in page(shown.regions[region]):
            yield from outline(part)
            yield from (next(outline(e)) for e in part.iter("g") if e.get("aria-label"))
    if "lanes" in parts:
        picture = shown.regions["chain"].partition("<svg ")[2].rpartition("</svg>")[0]
        yield from blueprint(ET.fromstring(f'<svg xmlns="{SVG[1:-1]}" {picture}</svg>'))
    if "sentence" in parts:
        yield f"sentence: {shown.sentence}"
    if "table" in parts:
        for row in shown.table:
            yield "; ".join(f"{head}: {cell}" for head, cell in row.items())
    if "text" in parts:
        yield from shown.text.split("\n")


@pytest.mark.parametrize("name", [*SCREENS, *PAGES])
def test_what_is_shown_is_what_was_read(name: str) -> None:
    assert [*written(name)] == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", ["bench", "doctor", "exposure", "lifetimes", "thread"])
def test_a_screen_is_as_wide_as_asked_within_bounds_and_has_the_colours_of_its_page(
    name: str,
) -> None:
    module = explorer(name)
    state = module.from_json({"text": "0 5 1"} if name == "doctor" else {})
    drawn = module.frame(state).regions
    assert drawn == module.frame(state, 960).regions
    assert drawn != module.frame(state, 640).regions
    assert module.frame(state, 239).regions == module.frame(state, 240).regions
    assert module.frame(state, 1601).regions == module.frame(state, 1600).regions
    assert module.draw(state) == module.draw(state, 960)
    for picture in re.findall("<svg .*?</svg>", "".join([*drawn.values(), module.draw(state)])):
        assert not re.search('(fill|stroke)="#', picture)
        assert '<rect x="-2" y="0"' not in picture  # the ground of a picture that stands alone


def test_a_picture_is_drawn_960_wide() -> None:
    for name, widths in (("bench", ["964"]), ("lifetimes", ["964", "964"]), ("thread", ["964"])):
        drawn = explorer(name).draw(explorer(name).State())
        assert re.findall('<svg [^>]*viewBox="-2 0 ([0-9]+)', drawn) == widths


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for shown in (*SCREENS, *PAGES):
        told = "\n".join(written(shown))
        (FOLDER / f"{shown}.txt").write_text(f"{told}\n", "utf-8")
