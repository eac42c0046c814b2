# SPDX-License-Identifier: BSD-3-Clause
"""
How a pointer is marked
=======================

A hook hands a pointer over, the program walks from member to member, casts, leaves an RCU section:
after each of these the verifier knows the pointer by another mark.  Mirrors prog_args_trusted() in
kernel/bpf/btf.c and check_ptr_to_btf_access() in kernel/bpf/verifier.c; which members stay valid,
and which lie in a union, is data.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kfuncviz.kfuncs.known import NotKnown, document, shown, span, within
from kfuncviz.kfuncs.verifier.types import Arg, Program
from kfuncviz.nearest import meant


def handed(program: Program, value: str, struct: str, at: str) -> Arg:
    """The pointer a hook hands to a program under a name, as the release marks it.

    >>> handed(Program("LSM", attach="file_open"), "file", "struct file", "6.12").provenance
    'trusted'
    >>> handed(Program("TRACING", attach="fentry/vfs_open"), "f", "struct file", "6.12").provenance
    'plain'
    >>> handed(Program("XDP"), "file", "struct file", "6.12")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: programs of type XDP get a context, no kernel pointer like \
'file'; those that get one: LSM, STRUCT_OPS, TRACING
    """
    rows = [
        row
        for row in document("verifier", "handed")["handed"]
        if row["program"] == program.type
        and row["attach"] in ("*", program.attach, program.attach.split("/")[0])
        and row["value"] in ("*", value)
        and _held(row, at)
    ]
    if not rows:
        known = sorted({row["program"] for row in document("verifier", "handed")["handed"]})
        if program.type not in known:
            raise NotKnown(
                f"programs of type {program.type} get a context, no kernel pointer like "
                f"{shown(value)}; those that get one: {', '.join(known)}"
            )
        where = f" at {program.attach}" if program.attach else ""
        raise NotKnown(
            f"what {at} hands to {program.type} programs{where} as {shown(value)} was neither "
            "measured nor read"
        )
    row = max(rows, key=lambda row: len(row["attach"]))
    if program.attach.partition("/")[2] in row.get("except", ()):
        raise NotKnown(f"which arguments of {program.attach} may be NULL is not in the data")
    known_as = row.get("types", {}).get(struct, struct)
    return Arg(row["mark"], known_as, row.get("null", False), f"{row['why']} ({row['source']})")


def walk(base: Arg, member: str, *, in_rcu: bool, at: str) -> Arg:
    """What reading a member through a pointer gives.

    ``in_rcu`` says that the load stands inside an RCU section; a program that cannot sleep always
    does.

    :raises NotKnown: for a member whose mark in that release was neither measured nor read.

    >>> task, mount = Arg("trusted", "struct task_struct"), Arg("plain", "struct vfsmount")
    >>> walk(task, "group_leader", in_rcu=True, at="6.12").provenance
    'rcu'
    >>> walk(task, "group_leader", in_rcu=False, at="6.12").provenance
    'untrusted'
    >>> walk(mount, "mnt_idmap", in_rcu=True, at="6.12").provenance
    'plain'
    """
    row = _member(base.type, member, at)
    if base.inside:
        row = _through(base.inside, row, at)
    if row["valid"] == "number":
        return Arg("scalar", origin=f"{member} of {base.type}")
    if row["valid"] == "inside":
        raise NotKnown(f"{member} is embedded in {base.type}: take its address, do not load it")
    mark, nullable = _mark(base, row, in_rcu=in_rcu, at=at)
    return Arg(mark, row["type"], nullable, f"{_why(base, row, mark, at)} ({row['source']})")


def _through(inside: tuple[str, str], row: dict[str, Any], at: str) -> dict[str, Any]:
    """The row of a member that is read through the address of the structure it is in.

    The lists of members that stay valid are asked for the outer structure's own members alone, and
    a union on the way there counts, too.
    """
    outer = _member(*inside, at)
    listed = row["valid"] not in ("number", "inside")
    union = [*row.get("union", []), *outer.get("union", [])]
    return row | {"union": union} | ({"valid": "none"} if listed else {})


def _mark(base: Arg, row: dict[str, Any], *, in_rcu: bool, at: str) -> tuple[Any, bool]:
    """The mark of what was read, and whether it may be NULL."""
    valid, union = row["valid"], _in_union(row, at)
    if base.provenance == "untrusted":
        return "untrusted", False
    if base.provenance == "plain":
        return ("untrusted" if union else "plain"), False
    if valid in ("trusted", "trusted_or_null"):
        return "trusted", valid == "trusted_or_null"
    if not in_rcu:
        return "untrusted", False
    if valid in ("rcu", "rcu_or_null"):
        return "rcu", valid == "rcu_or_null"
    return ("untrusted" if union else "plain"), False


def _why(base: Arg, row: dict[str, Any], mark: str, at: str) -> str:
    name = row["member"]
    if mark in ("trusted", "rcu"):
        return f"{name} of {row['struct']} is on the verifier's list of members that stay valid"
    if base.provenance == "untrusted":
        return "what is read through an untrusted pointer is untrusted"
    if mark == "untrusted" and _in_union(row, at):
        return f"the way to {name} leads through a union, so what is read is untrusted"
    if mark == "untrusted":
        return f"{name} is read outside any RCU section, so what is read is untrusted"
    if base.provenance == "plain":
        return "what is read through a pointer nobody vouches for carries no mark"
    if base.inside:
        return (
            f"only {base.inside[0]}'s own members can be on a list of members that stay valid, so "
            f"{name}, read inside {base.inside[1]}, carries no mark"
        )
    return f"{name} is on no list of members that stay valid, so what is read carries no mark"


def address(base: Arg, member: str, at: str) -> Arg:
    """The address of a structure embedded in another: the same pointer, seen as that structure.

    >>> address(Arg("trusted", "struct file"), "f_path", "6.12").type
    'struct path'
    """
    if base.inside:
        raise NotKnown(f"the address of {member} in {' of '.join(base.inside[::-1])}: not modelled")
    row = _member(base.type, member, at)
    if row["valid"] != "inside":
        raise NotKnown(f"{member} of {base.type} is no embedded structure: load it")
    if base.nullable or (base.provenance == "untrusted" and within(at, None, "6.19")):
        said = "a pointer that may be NULL" if base.nullable else "an untrusted pointer"
        raise NotKnown(f"what {at} says of an offset into {said} is not modelled")
    said = f"the address of {member} in {base.type}"
    return replace(base, type=row["type"], origin=said, inside=(base.type, member))


def cast(base: Arg, struct: str) -> Arg:
    """What bpf_rdonly_cast() makes of a value: a pointer that nobody vouches for.

    >>> cast(Arg("trusted", "struct file"), "struct inode").provenance
    'untrusted'
    """
    said = f"bpf_rdonly_cast() of {base.type or 'a number'}: a cast vouches for nothing"
    return Arg("untrusted", struct, origin=said)


def after_unlock(arg: Arg) -> Arg:
    """What a pointer is once the RCU section it was valid in has ended.

    >>> after_unlock(Arg("rcu", "struct task_struct", nullable=True)).provenance
    'untrusted'
    """
    if arg.provenance != "rcu":
        return arg
    return Arg("untrusted", arg.type, origin="kept after the RCU section ended")


def same_structure(got: str, want: str, at: str) -> bool:
    """Whether a pointer to one structure passes for a pointer to another.

    It does if the other is its first member, or the first of that one.  Mirrors
    btf_struct_ids_match().

    >>> same_structure("struct cgroup", "struct cgroup_subsys_state", "6.18")
    True
    >>> same_structure("struct tcp_sock", "struct sock", "6.18")
    True
    """
    return got == want or any(
        same_structure(row["type"], want, at)
        for row in _members()
        if row["struct"] == got and row.get("first") and _held(row, at)
    )


def points_at(arg: Arg, want: str, at: str) -> bool:
    """Whether the address of a member is that of the whole structure, and that one is wanted.

    >>> cgroup = Arg("trusted", "struct cgroup")
    >>> points_at(address(cgroup, "self", "6.18"), "struct cgroup", "6.18")
    True
    """
    at_start = not arg.inside or bool(_member(*arg.inside, at).get("first"))
    return arg.outer == want and at_start


def holds_pointers(struct: str) -> bool:
    """Whether a structure is known to hold a pointer, so that no plain bytes pass for it.

    >>> holds_pointers("struct file"), holds_pointers("struct bpf_sock_tuple")
    (True, False)
    """
    return any(row["struct"] == struct and row["type"] for row in _members())


def _members() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = document("verifier", "members")["members"]
    return rows


def _member(struct: str, member: str, at: str) -> dict[str, Any]:
    rows = [row for row in _members() if row["struct"] == struct]
    named = [row for row in rows if row["member"] == member]
    if not named:
        known = list(dict.fromkeys(row["member"] for row in rows))
        raise NotKnown(
            f"how {at} marks {shown(member)} of {shown(struct)} was neither measured nor read"
            f"{meant(member, known)}; known of it: {', '.join(known) or 'nothing'}"
        )
    for row in named:
        if _held(row, at):
            return row
    spans = "; ".join(span(*ends) for row in named for ends in row["spans"])
    raise NotKnown(
        f"how {at} marks {member} of {struct} was neither measured nor read; known: {spans}"
    )


def _held(row: dict[str, Any], at: str) -> bool:
    return any(within(at, *ends) for ends in row["spans"])


def _in_union(row: dict[str, Any], at: str) -> bool:
    return any(within(at, *ends) for ends in row.get("union", []))
