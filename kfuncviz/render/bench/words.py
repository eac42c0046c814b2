# SPDX-License-Identifier: BSD-3-Clause
"""
The bench in words: a sentence, and rows of a table
===================================================
"""

from __future__ import annotations

from collections.abc import Sequence

from kfuncviz.kfuncs.known import span
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Verdict
from kfuncviz.kfuncs.wrappers import MntIdmapPointer, split_vfs_ids

Value = int | bool | MntIdmapPointer | None
NO_MAPPING = "has no mapping"


def sentence(fn: Kfunc, value: Value, verdict: Verdict | None) -> str:
    """What the picture says, in one or two sentences.

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc
    >>> sentence(kfunc("bpf_get_file_vfs_ids", "6.5"), 0x3e8_ffffffff, None)
    'bpf_get_file_vfs_ids would return gid 1000; the uid has no mapping.'
    """
    said = []
    if value is not None:
        said.append(f"{fn.name} would return {value_words(value, fn)}.")
    if verdict is not None:
        says = "takes" if verdict.accept else "refuses"
        line = f"; it says: {verdict.message}" if verdict.message else ""
        said.append(
            f"The verifier of {verdict.release} {says} the call ({verdict.basis}): "
            f"{verdict.why}{line}."
        )
    return " ".join(said) or f"{fn.prototype()}."


def value_words(value: Value, fn: Kfunc) -> str:
    """A result in words."""
    if isinstance(value, bool):
        return "true: the mount is idmapped" if value else "false: the mount is not idmapped"
    if not isinstance(value, int):
        return f"an opaque {fn.ret_struct} pointer, with no members to read"
    ids = split_vfs_ids(value)
    halves = (("gid", ids.gid), ("uid", ids.uid))
    there = [f"{name} {id}" for name, id in halves if id is not None]
    lost = [f"the {name}" for name, id in halves if id is None]
    verb = "has" if len(lost) == 1 else "have"
    gone = [f"{' and '.join(lost)} {verb} no mapping"] if lost else []
    return "; ".join([" and ".join(there)] * bool(there) + gone)


def holds(verdict: Verdict) -> str:
    """The deciding rule and the releases it holds for."""
    if verdict.accept:
        return "every rule"
    return f"rule {verdict.rule}, {span(verdict.since, verdict.until)}"


def rows(
    fn: Kfunc, value: Value, verdict: Verdict | None, args: Sequence[Arg]
) -> list[dict[str, str]]:
    """The picture as rows of "what" and "says"."""
    pairs = [("prototype", fn.prototype()), *_value_rows(fn, value)]
    for param, arg in zip(fn.params, args, strict=False):
        null = ", may be NULL" if arg.nullable else ""
        origin = f": {arg.origin}" if arg.origin else ""
        pairs.append((f"argument {param.name}", f"{arg.provenance}{null}{origin}"))
    if verdict is not None:
        pairs += [
            ("verdict", "accepted" if verdict.accept else "rejected"),
            ("release", verdict.release),
            ("verifier's line", verdict.message or "none"),
            ("basis", verdict.basis),
            ("decided by", holds(verdict)),
            ("why", verdict.why),
            *(("note", note) for note in verdict.notes),
        ]
    return [{"what": what, "says": says} for what, says in pairs]


def _value_rows(fn: Kfunc, value: Value) -> list[tuple[str, str]]:
    if value is None:
        return []
    if isinstance(value, bool) or not isinstance(value, int):
        return [("would return", value_words(value, fn))]
    ids = split_vfs_ids(value)
    out = [("would return", f"{value:#018x} = {value}")]
    for name, half, raw in (
        ("gid (high half)", ids.gid, value >> 32),
        ("uid (low half)", ids.uid, value & 0xFFFFFFFF),
    ):
        out.append((name, f"{raw:08x} = {raw}" + ("" if half is not None else f": {NO_MAPPING}")))
    return out
