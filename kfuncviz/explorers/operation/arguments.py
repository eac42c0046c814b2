# SPDX-License-Identifier: BSD-3-Clause
"""
Arguments: the calls one can make by hand, and what each takes
==============================================================

Which operations there are, and what their arguments may be, is the scenario format's; here it is
said in which order they are asked for, what a field holds that nobody filled in, and how a text
typed becomes a value.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from kfuncviz.explorers import outside
from kfuncviz.scenario.checking.schema import OP_ARGUMENTS, a_path
from kfuncviz.scenario.operations import FILE_TYPES

#: The name of what a call makes beside or in the chosen file.
NEW = "new"


class Argument(NamedTuple):
    """One argument: what an empty field stands for, the words it may be, how a text is read."""

    name: str
    default: str
    choices: tuple[str, ...] = ()
    read: Callable[[str], Any] = str


def _number(text: str) -> int:
    return int(text, 10)


def _words(text: str) -> Any:
    """How a file is opened: one word, or open(2)'s own flags with commas between."""
    return text if text.islower() else [part.strip() for part in text.split(",")]


def _entries(text: str) -> list[list[Any]]:
    """An access list as getfacl(1) writes it: ``user::rw-,user:7:r--,group::r--,other::---``."""
    out: list[list[Any]] = []
    for entry in text.replace("\n", ",").split(","):
        tag, id, perm = entry.strip().split(":")
        owner = tag in ("user", "group") and not id
        out.append([f"{tag}_obj" if owner else tag, int(id) if id else None, perm])
    return out


_YES_NO = ("no", "yes")
_MODE = Argument("mode", "0644")
_FOLLOW = Argument("follow", "no", _YES_NO, _YES_NO.index)
_SIZE = Argument("size", "0", (), _number)
_IDS = (Argument("uid", "-1", (), _number), Argument("gid", "-1", (), _number))
_TO = Argument("to", "new", ())
_WHICH = Argument("which", "access", ("access", "default"))
_NAME = Argument("name", "user.note")
_WHEN = ("now", "set")
_ACL = "user::rw-,user:1000:r--,group::r--,mask::r--,other::---"

#: The operations, in the order they are offered, and the arguments of each.
OPERATIONS: Mapping[str, tuple[Argument, ...]] = MappingProxyType(
    {
        "stat": (_FOLLOW,),
        "access": (Argument("mask", "r"), Argument("real", "no", _YES_NO, _YES_NO.index)),
        "open": (Argument("flags", "r", (), _words), _MODE),
        "readdir": (),
        "readlink": (),
        "exec": (),
        "write": (Argument("content", "x"),),
        "truncate": (_SIZE,),
        "truncate_path": (_SIZE,),
        "fallocate": (Argument("size", "1", (), _number),),
        "copy_file_range": (_TO,),
        "chmod": (_MODE,),
        "chown": (*_IDS, _FOLLOW),
        "fchownat": (*_IDS, _FOLLOW, Argument("empty_path", "no", _YES_NO, _YES_NO.index)),
        "utimens": (Argument("when", "now", _WHEN),),
        "create": (Argument(NEW, "new"), _MODE),
        "mkdir": (Argument(NEW, "new"), Argument("mode", "0755")),
        "symlink": (Argument(NEW, "new"), Argument("target", "nowhere")),
        "mknod": (Argument(NEW, "new"), Argument("ftype", "fifo", tuple(FILE_TYPES)), _MODE),
        "tmpfile": (_MODE,),
        "link": (_TO,),
        "rename": (_TO, Argument("flags", "0", ("0", "1", "2", "4"), _number)),
        "unlink": (),
        "rmdir": (),
        "setacl": (Argument("entries", _ACL, (), _entries), _WHICH),
        "getacl": (_WHICH,),
        "delacl": (_WHICH,),
        "setcap": (
            Argument("permitted", "1024", (), _number),
            Argument("effective", "yes", _YES_NO, _YES_NO.index),
            Argument("rootid", "0", (), _number),
        ),
        "getcap": (),
        "rmcap": (),
        "setxattr": (_NAME, Argument("value", "v")),
        "getxattr": (_NAME,),
        "removexattr": (_NAME,),
        "listxattr": (),
        "name_to_handle": (_FOLLOW,),
        "open_by_handle": (Argument("flags", "r", (), _words),),
        "statmount": (),
        "mountinfo": (),
    }
)
_CREATES = tuple(op for op, takes in OPERATIONS.items() if takes and takes[0].name == NEW)


def value_of(op: str, name: str, text: str) -> Any:
    """What a text typed for an argument stands for; ValueError says what would be right.

    >>> value_of("open", "flags", "O_RDWR, O_CREAT")
    ['O_RDWR', 'O_CREAT']
    >>> value_of("chmod", "mode", "999")
    Traceback (most recent call last):
        ...
    ValueError: mode: '999' will not do; want a mode such as "0755" (at most "7777")
    """
    argument = outside.known(f"argument of {op}", name, (each.name for each in OPERATIONS[op]))
    (found,) = (each for each in OPERATIONS[op] if each.name == argument)
    shown = outside.shown(text)
    if found.choices and text not in found.choices:
        raise ValueError(f"{name}: {shown} will not do; want one of {', '.join(found.choices)}")
    try:
        value = found.read(text)
    except ValueError:
        value = None
    value = bool(value) if found.choices == _YES_NO else value
    check = a_path if name == NEW else OP_ARGUMENTS[op][name]
    wanted = check(value)
    if wanted:
        raise ValueError(f"{name}: {shown} will not do; want {wanted}")
    return value


def made(op: str, path: str, given: Iterable[tuple[str, str]], *, is_dir: bool) -> dict[str, Any]:
    """The operation as a scenario has it, but for who makes it.

    ``path`` is the file it is about; something new is made in it, or beside it if it is no
    directory.

    >>> made("mkdir", "d/f", [("mode", "0700")], is_dir=False)
    {'op': 'mkdir', 'path': 'd/new', 'mode': '0700'}
    """
    typed = {argument.name: argument.default for argument in OPERATIONS[op]} | dict(given)
    beside = path if is_dir else posixpath.dirname(path) or "."
    if "to" in typed and "/" not in typed["to"]:
        beside = posixpath.dirname(path) or "."
        typed["to"] = posixpath.join(beside, typed["to"]).removeprefix("./")
    values = {name: value_of(op, name, text) for name, text in typed.items()}
    if op in _CREATES:
        path = posixpath.join(beside, values.pop(NEW)).removeprefix("./")
    usual = {"uid": -1, "gid": -1, "follow": False, "real": False, "empty_path": False,
             "which": "access", "flags": 0}  # fmt: skip
    kept = {name: value for name, value in values.items() if usual.get(name) != value}
    if op == "open" and "O_CREAT" not in kept.get("flags", ""):
        kept.pop("mode")
    return {"op": op, "path": path} | kept


def operation_of(op: Mapping[str, Any], by: str, via: str) -> dict[str, Any] | None:
    """The fields of a state that ask a scenario's operation; ``None`` for one not made by hand.

    >>> operation_of({"op": "mkdir", "path": "d/e", "mode": "0700"}, "c", "m")["given"]
    (('new', 'e'), ('mode', '0700'))
    """
    takes = OPERATIONS.get(op["op"])
    if takes is None or "via2" in op:
        return None
    path, given = op["path"] or ".", []
    for argument in takes:
        if argument.name == NEW:
            path, _, new = path.rpartition("/")
            given.append((NEW, new))
        elif argument.name in op:
            given.append((argument.name, _written(op[argument.name], argument)))
    changed = tuple(
        (name, text)
        for name, text in given
        if text != next(each.default for each in takes if each.name == name)
    )
    return {
        "by": op.get("by", by), "via": op.get("via", via), "path": path or ".", "op": op["op"],
        "given": changed,
    }  # fmt: skip


def _written(value: Any, argument: Argument) -> str:
    """A value as one types it."""
    if argument.choices == _YES_NO:
        return _YES_NO[value]
    if argument.name == "mode" and type(value) is int:
        return f"{value:04o}"
    if argument.name == "entries":
        return ",".join(_entry(*each) for each in value)
    return ",".join(value) if isinstance(value, list) else str(value)


def _entry(tag: str, id: int | None, perm: str | int) -> str:
    bits = perm if isinstance(perm, str) else "".join("rwx"[n] if perm >> 2 - n & 1 else "-"
                                                      for n in range(3))  # fmt: skip
    return f"{tag.removesuffix('_obj')}:{'' if id is None else id}:{bits}"
