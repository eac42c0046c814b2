# SPDX-License-Identifier: BSD-3-Clause
"""
The bench in words: a sentence, the rows of a table, text for a mail
====================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kfuncviz.kfuncs.known import shown, span
from kfuncviz.kfuncs.verifier import Arg, Kfunc, Verdict
from kfuncviz.kfuncs.wrappers import MntIdmapPointer, split_vfs_ids
from kfuncviz.model.uidgid import INVALID
from kfuncviz.render.kit.plain import plain, wrap

Returned = int | bool | MntIdmapPointer | None
COLUMNS = 72


def check(fn: Kfunc, value: Returned, args: Sequence[Arg]) -> None:
    """Refuse what cannot be drawn: a value of no wrapper's type, or arguments that do not fit."""
    if value is not None and not isinstance(value, int | MntIdmapPointer):
        raise TypeError(f"no wrapper returns {shown(value)}: want a number, a bool or its pointer")
    if args and len(args) != len(fn.params):
        raise ValueError(f"{fn.name} takes {len(fn.params)}, not {len(args)} arguments")


def sentence(fn: Kfunc, value: Returned = None, verdict: Verdict | None = None) -> str:
    """What the picture says, in one or two sentences.

    >>> from kfuncviz.kfuncs.verifier import kfunc
    >>> sentence(kfunc("bpf_get_file_vfs_ids", "6.5"), 0x3e8_ffffffff)
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


def value_words(value: Returned, fn: Kfunc) -> str:
    """A result in words."""
    if isinstance(value, bool):
        return "true: the mount is idmapped" if value else "false: the mount is not idmapped"
    if not isinstance(value, int):
        return f"a {fn.ret_struct} pointer: closed to C code, not to a program that has BTF"
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


def table(
    fn: Kfunc,
    value: Returned = None,
    verdict: Verdict | None = None,
    args: Sequence[Arg] = (),
) -> list[dict[str, str]]:
    """The picture as rows of "what" and "says".

    >>> from kfuncviz.kfuncs.verifier import kfunc
    >>> table(kfunc("bpf_get_file_vfs_ids", "6.5"), 0xffffffff_00018a88)[2]
    {'what': 'gid (high half)', 'says': 'ffffffff = 4294967295: has no mapping'}
    """
    check(fn, value, args)
    pairs = [("prototype", fn.prototype()), *_value_rows(fn, value)]
    for param, arg in zip(fn.params, args, strict=bool(args)):
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


def table_html(
    fn: Kfunc,
    value: Returned = None,
    verdict: Verdict | None = None,
    args: Sequence[Arg] = (),
) -> str:
    """The rows as an HTML table with a caption and a head for each line."""
    body = "".join(
        f'<tr><th scope="row">{escape(row["what"])}</th><td>{escape(row["says"])}</td></tr>'
        for row in table(fn, value, verdict, args)
    )
    return f"<table><caption>The same picture as a table</caption><tbody>{body}</tbody></table>"


def text(
    fn: Kfunc,
    value: Returned = None,
    verdict: Verdict | None = None,
    args: Sequence[Arg] = (),
) -> str:
    """The rows as ASCII text of at most 72 columns.

    >>> from kfuncviz.kfuncs.verifier import kfunc
    >>> print(text(kfunc("bpf_is_idmapped_mnt", "6.5"), True), end="")
    prototype: bool bpf_is_idmapped_mnt(struct vfsmount *mnt)
    would return: true: the mount is idmapped
    """
    lines: list[str] = []
    for row in table(fn, value, verdict, args):
        said = plain(f"{row['what']}: {row['says']}")
        lines += wrap(said, COLUMNS, then="    ", hyphens=False)
    return "\n".join(lines) + "\n"


def _value_rows(fn: Kfunc, value: Returned) -> list[tuple[str, str]]:
    if value is None:
        return []
    if isinstance(value, bool) or not isinstance(value, int):
        return [("would return", value_words(value, fn))]
    ids = split_vfs_ids(value)
    out = [("would return", f"{value:#018x} = {value}")]
    for name, half, raw in (
        ("gid (high half)", ids.gid, value >> 32),
        ("uid (low half)", ids.uid, value & INVALID),
    ):
        out.append((name, f"{raw:08x} = {raw}" + ("" if half is not None else ": has no mapping")))
    return out
