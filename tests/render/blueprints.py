# SPDX-License-Identifier: BSD-3-Clause
"""
The measures of a few drawings
==============================

Each scene's drawing as one line an element: place, size, colour, line, words.  The lines in
``tests/data/blueprints`` were read against the picture; a change of a measure is a change of the
design, and whoever makes one reads the new lines beside the new picture:

    python -m tests.render.blueprints      writes the lines and, beside them, the pictures
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import kfuncviz as kv
from kfuncviz.kfuncs import bpf_file_mnt_idmap
from kfuncviz.kfuncs.verifier import Arg, Kfunc, Param, Verdict
from kfuncviz.render import bench, thread
from tests.render.drawn import blueprint
from tests.render.thread.threads import made

FOLDER = Path(__file__).parents[1] / "data" / "blueprints"
FILE, MNT = Param("file", "struct file *"), Param("mnt", "struct vfsmount *")
TWO = Kfunc("two_ids", (FILE, MNT), "u64", frozenset({"KF_RCU"}))
ONE = Kfunc("is_it", (Param("task", "struct task_struct *"),), "bool")
IDMAP = Kfunc("idmap_of", (), "struct mnt_idmap *")
ARGS = [
    Arg("trusted", "struct file", origin="handed in"),
    Arg("untrusted", "struct vfsmount", True),
]
LEADER = [Arg("rcu", "struct task_struct", origin="its leader")]
REFUSED = Verdict(False, "rule", "R2 must be trusted", "mnt is untrusted", "6.12", since="6.2",
                  arg=1, notes=("A note.",))  # fmt: skip
TAKEN = Verdict(True, "passed", "", "all is well", "7.0", measured=True)
MAILS = (
    made(1, "Ada", None, "patch"), made(2, "Brook", 1, "question"),
    made(3, "Chris", 2, "objection"),
    made(4, "Brook", 1, "alternative", 2), made(5, "Dana", 1, day=2), made(6, "Ada", 3, day=2),
    made(7, "Eli", 6, "agreement", 3),
)  # fmt: skip


def closed() -> str:
    """A wrapper that returns a pointer."""
    file = kv.Scenario("home-on-a-stick").open("home", via="stick")
    return bench.svg(IDMAP, bpf_file_mnt_idmap(file), TAKEN, width=300)


SCENES: dict[str, Callable[[], str]] = {
    "bench-narrow": lambda: bench.svg(TWO, 0xFFFFFFFF_000003E8, REFUSED, ARGS, width=400),
    "bench-wide": lambda: bench.svg(TWO, 0x3E9_FFFFFFFF, REFUSED, ARGS, width=1000),
    "bench-yes": lambda: bench.svg(ONE, True, TAKEN, LEADER, width=800),
    "bench-closed": closed,
    "thread": lambda: thread.svg(MAILS, 760),
}


def lines(name: str) -> list[str]:
    """The measures of a scene."""
    return blueprint(ET.fromstring(SCENES[name]()))


if __name__ == "__main__":
    for scene, draw in SCENES.items():
        (FOLDER / f"{scene}.txt").write_text("\n".join(lines(scene)) + "\n", "utf-8")
        Path(f"{scene}.svg").write_text(draw(), "utf-8")
