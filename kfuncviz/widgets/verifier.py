# SPDX-License-Identifier: BSD-3-Clause
"""
The verifier's verdict: guess it, or turn the knobs
===================================================

Both draw the bench of :mod:`kfuncviz.render.bench`; what it says is the verifier model's.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

import ipywidgets as w

import kfuncviz as kv
from kfuncviz import kfuncs
from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.verifier import (
    RELEASES,
    Asked,
    ask,
    kfunc_names,
    origin_names,
    program_types,
)
from kfuncviz.render import bench
from kfuncviz.render.bench import Returned
from kfuncviz.widgets.companion import Companion
from kfuncviz.widgets.guess import Guess

#: Kfuncs the knobs offer beside the four wrappers.
_REAL = ("bpf_get_task_exe_file", "bpf_put_file", "bpf_task_acquire")
_FLAGS = (
    ("none", ()),
    ("KF_TRUSTED_ARGS", ("KF_TRUSTED_ARGS",)),
    ("KF_RCU", ("KF_RCU",)),
)


def draw(asked: Asked, width: int, value: Returned = None) -> str:
    """The bench of a call as HTML, ``width`` pixels wide.

    >>> hook = "file, handed to an LSM hook"
    >>> "accepted" in draw(ask("bpf_get_file_vfs_ids", "LSM", hook, "7.0"), 400)
    True
    """
    return bench.html(asked.fn, value, asked.verdict, asked.args, width=width)


class GuessCall(Guess):
    """Accepted or rejected?  The bench opens with the answer.

    >>> hook = "file, handed to an LSM hook"
    >>> guess = GuessCall("Accepted?", ask("bpf_get_file_vfs_ids", "LSM", hook, "7.0"))
    >>> guess.choice.value = "accepted"; guess.check.click()
    >>> guess.right
    True
    """

    def __init__(self, question: str, asked: Asked) -> None:
        right = "accepted" if asked.verdict.accept else "rejected"
        super().__init__(
            question, ["accepted", "rejected"], right, answer=lambda width: draw(asked, width)
        )


class Knobs(w.VBox):  # type: ignore[misc]
    """Any wrapper, program type, pointer and release; the bench follows.

    Above the call stands what the wrapper would return for the letter of ``home-on-a-stick``.
    Where how a release marks a pointer was neither measured nor read, that is said instead.

    >>> knobs = Knobs()
    >>> knobs.release.value = "6.18"
    >>> "untrusted" in knobs.picture.value
    True
    """

    def __init__(self) -> None:
        self.wrapper = _choice("wrapper", [*kfunc_names()[:4], *_REAL], "bpf_is_idmapped_mnt")
        self.program = _choice("program", program_types(), "LSM")
        self.pointer = _choice("pointer", origin_names(), "file->f_path.mnt of a trusted file")
        self.release = _choice("release", RELEASES, "6.17")
        self.flags = _choice("flags", _FLAGS, ())
        self.sleepable = w.Checkbox(description="sleepable", indent=False)
        self.picture, self.companion = w.HTML(), Companion()
        self.picture.add_class("kfv-fig")
        knobs = [self.wrapper, self.program, self.pointer, self.release, self.flags, self.sleepable]
        for knob in knobs:
            knob.observe(lambda _: self._paint(), "value")
        self.companion.observe(lambda _: self._paint(), "width")
        super().__init__([*knobs, self.picture, self.companion])
        self.add_class("kfv-explorer")
        self._paint()

    def _paint(self) -> None:
        try:
            asked = ask(
                self.wrapper.value, self.program.value, self.pointer.value, self.release.value,
                *self.flags.value, sleepable=self.sleepable.value,
            )  # fmt: skip
        except NotKnown as unknown:
            self.picture.value = f"<p><b>Not known.</b> {escape(str(unknown))}</p>"
        else:
            value = _returned().get(self.wrapper.value)
            self.picture.value = draw(asked, self.companion.drawn_width, value)


def _choice(name: str, options: Any, value: Any) -> Any:
    return w.Dropdown(
        description=name, options=options, value=value, layout={"width": "max-content"}
    )


@cache
def _returned() -> dict[str, Returned]:
    """What each wrapper would return for the letter of ``home-on-a-stick``."""
    letter = kv.Scenario("home-on-a-stick").open("home/letter.txt", via="stick")
    idmap = kfuncs.bpf_file_mnt_idmap(letter)
    return {
        "bpf_is_idmapped_mnt": kfuncs.bpf_is_idmapped_mnt(letter.f_path.mnt),
        "bpf_file_mnt_idmap": idmap,
        "bpf_inode_into_vfs_ids": kfuncs.bpf_inode_into_vfs_ids(idmap, letter.f_inode),
        "bpf_get_file_vfs_ids": kfuncs.bpf_get_file_vfs_ids(letter),
    }
