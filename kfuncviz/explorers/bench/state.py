# SPDX-License-Identifier: BSD-3-Clause
"""
State: everything on the bench
==============================

On the kernel's side a file behind a mount; on the program's side where it hangs, how it got its
pointer, and which kfunc of which release it calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from kfuncviz.explorers import outside
from kfuncviz.kfuncs.verifier import kfunc_names
from kfuncviz.scenario.load import Source, gallery, load
from kfuncviz.scenario.reading.token import encode, is_token

#: What can be folded away, in the order of the page.
FOLDS = ("program", "table", "mail", "save")
#: The kfuncs on the bench: the four of the thread, and three real ones for contrast.
KFUNCS = (*kfunc_names()[:4], "bpf_get_task_exe_file", "bpf_put_file", "bpf_task_acquire")
#: The one that takes an idmap and an inode, which nothing ties together.
TWO = "bpf_inode_into_vfs_ids"
#: Flags to ask as if the kfunc carried them as well.
FLAGS = ("none", "KF_TRUSTED_ARGS", "KF_RCU")


class Hook(NamedTuple):
    """Where a program hangs: its type, the place, and in words what it is handed there."""

    type: str
    attach: str
    hands: str


HOOKS: Mapping[str, Hook] = MappingProxyType(
    {
        "lsm/file_open": Hook("LSM", "file_open", "a file"),
        "lsm/file_permission": Hook("LSM", "file_permission", "a file"),
        "lsm/file_alloc_security": Hook("LSM", "file_alloc_security", "a file not yet made"),
        "iter/task_file": Hook("TRACING", "iter/task_file", "each open file, or NULL"),
        "fentry/security_file_open": Hook("TRACING", "fentry/security_file_open", "a file"),
        "syscall": Hook("SYSCALL", "", "no kernel pointer"),
        "xdp": Hook("XDP", "", "no kernel pointer"),
    }
)
#: How the program got its pointer.
POINTERS: Mapping[str, str] = MappingProxyType(
    {
        "hook": "handed by the hook",
        "owned": "taken by bpf_get_task_exe_file()",
        "cast": "made by bpf_rdonly_cast()",
        "number": "a number, no pointer",
    }
)


@dataclass(frozen=True)
class State:
    """Everything on screen.

    ``scenario`` is a gallery name or a share token, ``via`` and ``path`` the file the program has,
    ``idmap`` the mount whose idmap is passed, empty for that of the file.  ``rcu`` says that
    pointers are read and used between bpf_rcu_read_lock() and unlock.  ``folds`` are open.
    """

    scenario: str = "home-on-a-stick"
    via: str = "stick"
    path: str = "home/letter.txt"
    idmap: str = ""
    kfunc: str = "bpf_get_file_vfs_ids"
    hook: str = "lsm/file_open"
    pointer: str = "hook"
    sleepable: bool = False
    rcu: bool = False
    release: str = "7.0"
    flags: str = "none"
    folds: tuple[str, ...] = ()


def first(source: Source | None = None) -> State:
    """The bench with a scenario's file on it: that of its focus, or its first.

    >>> first("three-kinds-of-nobody").path
    'lost-in-mount'
    """
    if source is None:
        return State()
    named = isinstance(source, str) and source in gallery()
    scenario = str(source) if named else encode(load(source))
    found = document(scenario)
    if scenario == State.scenario:
        return State()
    focus = found.get("focus") or {}
    via = focus.get("via") or next(iter(found.get("mounts") or {}), "plain")
    here = paths(found, via)
    path = focus.get("path")
    return State(scenario, via, path if path in here else here[0])


@lru_cache(64)
def document(scenario: str) -> Mapping[str, Any]:
    """The document of a gallery name or a share token, to be read only; ValueError for others."""
    if not is_token(scenario) and scenario not in gallery():
        outside.known("share token and no name in the gallery", scenario, gallery())
    return load(scenario)


def paths(document: Mapping[str, Any], via: str) -> list[str]:
    """What a program can have open through a mount, as paths from its root; else the root."""
    subdir = ((document.get("mounts") or {}).get(via) or {}).get("subdir")
    prefix = f"{subdir.rstrip('/')}/" if subdir else ""
    entries = [each["path"] for each in document.get("setup") or () if each["type"] != "symlink"]
    return [p.removeprefix(prefix) for p in entries if p.startswith(prefix)] or ["."]


def mounts(document: Mapping[str, Any]) -> list[str]:
    """The mounts of a scenario, ``plain`` included."""
    return [*dict.fromkeys([*(document.get("mounts") or {}), "plain"])]


def wrong(state: State) -> bool:
    """Whether the idmap of another mount is passed than the one the file was opened through."""
    return state.kfunc == TWO and state.idmap != ""


def another(state: State) -> str:
    """A mount the file was not opened through, the first there is; empty where there is none."""
    return next((each for each in mounts(document(state.scenario)) if each != state.via), "")
