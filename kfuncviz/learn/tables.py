# SPDX-License-Identifier: BSD-3-Clause
"""
Tables: what a chapter shows beside questions and explorers
===========================================================

Each is asked of the model, the verifier or the recorded history when it is shown, by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from kfuncviz.evidence.data.load import position
from kfuncviz.evidence.idmap import ask, ways, wrappers
from kfuncviz.kfuncs import verifier
from kfuncviz.kfuncs.known import look_up
from kfuncviz.kfuncs.verifier import KERNELS
from kfuncviz.model.fs import File
from kfuncviz.render.bench import in_a_word
from kfuncviz.scenario.load import load
from kfuncviz.scenario.machine import Machine

Rows = list[dict[str, str]]
#: The releases between which a verdict on a wrapper changes, and the newest.
_SHOWN = ("6.4", "6.12", "6.17", "6.18", "6.19", "7.0", "7.3")
_HOOK, _MOUNT = "file, handed to an LSM hook", "file->f_path.mnt of a trusted file"
_INODE = "file->f_inode of a trusted file"


class Table(NamedTuple):
    """A caption, rows that have the same columns, and which of these hold C."""

    caption: str
    rows: Rows
    code: tuple[str, ...] = ()


def table(name: str) -> Table:
    """A table by its name; NotKnown for one there is not.

    >>> table("wrapper bodies").rows[0]["release"]
    '5.12'
    """
    return look_up("table", name, TABLES)()


def _bodies() -> Table:
    every = [line for line in wrappers.written() if line.verdict != "same"]
    every.sort(key=lambda line: (wrappers.WRAPPERS.index(line.wrapper), position(line.release)))
    columns = ("wrapper", "release", "verdict", "prototype", "body")
    rows = [{part: getattr(line, part) for part in columns} for line in every]
    return Table("What had to be written", rows, ("prototype", "body"))


def _ways() -> Table:
    rows = [
        {"way": way.title, "compares": way.compares, "needs": "; ".join(way.needs),
         "cannot": way.cannot}
        for way in ways.ways()
    ]  # fmt: skip
    return Table("Without a kfunc", rows)


def _fates() -> Table:
    rows = [
        {"way": way.title, "from": run[0].release, "to": run[-1].release, "verdict": verdict,
         "why": run[0].reason}
        for way in ways.ways()
        for verdict, run in _runs(way.id)
    ]  # fmt: skip
    return Table(f"Written for {ways.WRITTEN}, run on every release", rows)


def _runs(way: str) -> Iterator[tuple[str, list[ways.WayVerdict]]]:
    for verdict, run in groupby(ways.verdicts(way), key=lambda found: found.verdict):
        yield verdict, list(run)


def _letter() -> Table:
    """The same programs, unchanged, on two releases."""
    machine = Machine(load("home-on-a-stick"))
    letter = machine.path_at(machine.mount("stick"), "home/letter.txt", follow=True)
    rows = []
    for way in ways.ways():
        row = {"way": way.title}
        for at in ("6.5", "6.18"):
            found = ask.ask(way.id, File(letter), machine.root, at, known=(1000, 1000))
            row[f"on {at}"] = _answer(found)
        rows.append(row)
    return Table("Whose letter is it? Programs written for 6.5, asked twice", rows)


def _answer(found: ask.Finding) -> str:
    ids = found.shown or found.ids
    if ids:
        return f"uid {_half(ids[0])}, gid {_half(ids[1])}"
    return "idmapped; whose, it cannot say" if found.is_idmapped else found.why


def _half(id: int | None) -> str:
    return "without mapping" if id is None else str(id)


_WALKS = ("walked-mount", "walked-mount-sleepable", "walked-right-type", "iterator-mount",
          "iterator-file", "walked-idmap")  # fmt: skip


def _walked() -> Table:
    rows = [
        {"program": verifier.shipped(name).title}
        | {kernel: in_a_word(verifier.answer(name, kernel)) for kernel in KERNELS}
        for name in _WALKS
    ]
    return Table("Programs that were loaded on seven kernels, and what stopped them", rows)


def _on_6_12() -> Table:
    rows = [
        {"wrapper": ", ".join([row["kfunc"], *row["flags"]]), "program": row["program"] or "any",
         "pointer": row["arg"], "verdict": "✓" if row["accept"] else row["message"]}
        for row in verifier.measured_calls()
    ]  # fmt: skip
    return Table("The wrappers, registered by a module on a Debian 6.12 kernel", rows)


def _proposed() -> Table:
    calls = {
        "bpf_get_file_vfs_ids(file of the hook)": ("bpf_get_file_vfs_ids", _HOOK, False),
        "bpf_file_mnt_idmap(file of the hook)": ("bpf_file_mnt_idmap", _HOOK, False),
        "bpf_inode_into_vfs_ids(idmap, file->f_inode)": ("bpf_inode_into_vfs_ids", _INODE, False),
        "bpf_is_idmapped_mnt(file->f_path.mnt)": ("bpf_is_idmapped_mnt", _MOUNT, False),
        "the last one, sleepable": ("bpf_is_idmapped_mnt", _MOUNT, True),
    }
    rows = [
        {"call": text} | {at: in_a_word(_asked(*call, at)) for at in _SHOWN}
        for text, call in calls.items()
    ]
    return Table("The wrappers as proposed, without flags, from an LSM program", rows)


def _asked(name: str, source: str, sleepable: bool, at: str) -> verifier.Verdict:
    return verifier.ask(name, "LSM", source, at, sleepable=sleepable).verdict


def _sets() -> Table:
    asked = {
        "LSM, 6.5": (["LSM"], "6.5"),
        "LSM, 6.12": (["LSM"], "6.12"),
        "UNSPEC, 6.5": (["UNSPEC"], "6.5"),
        "LSM and TRACING by a module, 6.12": (["LSM", "TRACING"], "6.12"),
    }
    rows = []
    for text, (types, at) in asked.items():
        said = verifier.check_registration(types, at, module=True)
        rows.append({"set": text, "verdict": in_a_word(said),
                     "what follows": "; ".join(said.notes) or said.why})  # fmt: skip
    return Table("Registering a set", rows)


def _lines() -> Table:
    names = ("exe-file", "exe-file-leak", "exe-file-untested", "put-of-hook-file")
    rows = [
        {"program": verifier.shipped(name).title}
        | {at: verifier.answer(name, at).line or "✓" for at in (KERNELS[0], KERNELS[-1])}
        for name in names
    ]
    return Table("The lines of the log", rows)


#: Every table by its name.
TABLES: Mapping[str, Callable[[], Table]] = MappingProxyType(
    {
        "wrapper bodies": _bodies, "ways": _ways, "ways by release": _fates,
        "the letter asked": _letter, "walked pointers": _walked, "wrappers on 6.12": _on_6_12,
        "wrappers as proposed": _proposed, "registering": _sets, "log lines": _lines,
    }
)  # fmt: skip
