# SPDX-License-Identifier: BSD-3-Clause
"""
The same question, put to a file of the model
=============================================

:func:`ask` puts "is the mount idmapped, and whose file is it?" to one way of ``ways`` on one
release, and answers what that way would have answered: also where it is wrong, and where it cannot
say.  What a wrapper would have returned is in :mod:`kfuncviz.kfuncs.wrappers`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kfuncviz.evidence.data.load import position
from kfuncviz.evidence.idmap.ways import WRITTEN, verdict
from kfuncviz.kfuncs.wrappers import VfsIds, bpf_get_file_vfs_ids, split_vfs_ids
from kfuncviz.model.cred import Task
from kfuncviz.model.fs import File, is_idmapped_mnt
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import MntIdmap, nop_mnt_idmap
from kfuncviz.model.releases import release as modelled
from kfuncviz.model.stat import shown_ids, vfs_statx
from kfuncviz.model.statmount import statmount_mnt_idmap
from kfuncviz.model.uidgid import kgid_t, kuid_t
from kfuncviz.model.user_namespace import from_kgid, from_kuid, init_user_ns

_OWN_MAPS = "6.8"
_IDENTITY = [(0, 0, 4294967295)]
Owner = tuple[int, int]


@dataclass(frozen=True)
class Finding:
    """What a way answers: ``None`` where it cannot say, and why it says what it says.

    In ``ids`` a half is ``None`` where the mount has no row for it; ``shown`` is what stat prints
    instead, which may be 65534 for either reason.
    """

    way: str
    is_idmapped: bool | None
    ids: VfsIds | None
    why: str
    shown: Owner | None = None


def ask(
    name: str,
    file: File,
    task: Task,
    release: str,
    *,
    known: Owner | None = None,
    written: str = WRITTEN,
    symbol_visible: bool = True,
) -> Finding:
    """Put the question to one way.

    :param name: a way's id, see :func:`kfuncviz.evidence.idmap.ways.ways`.
    :param task: who calls; matters to statmount and stat, which answer in the caller's ids.
    :param release: the kernel it runs on.
    :param known: the file's stored kuid and kgid, if the asker has them from elsewhere.
    :param written: the release a script or program was written for.
    :param symbol_visible: whether the build shows the address of nop_mnt_idmap.
    :raises EvidenceError: for a way or a release outside the data.

    >>> from kfuncviz.api import Scenario
    >>> s = Scenario("home-on-a-stick")
    >>> letter, root = s.open("home/letter.txt", via="stick"), s.machine.root
    >>> ask("core", letter, root, "6.5").ids
    VfsIds(uid=1125, gid=1125)
    >>> ask("core", letter, root, "6.8").why
    'fails to load: struct mnt_idmap has no owner at 6.8 (it has uid_map, gid_map, count)'
    >>> ask("stat", letter, root, "6.5", known=(1000, 1000)).is_idmapped
    True
    """
    _, found, reason = verdict(name, release, written)
    if found not in ("works", "depends on the build", "yes or no only"):
        return Finding(name, None, None, f"{found}: {reason}")
    if name == "pointer":
        return _pointer(file, visible=symbol_visible)
    if name in ("core", "offsets"):
        return _reader(name, file, written)
    if name == "statmount":
        return _statmount(file, task, release, known)
    return _stat(file, task, known)


def _pointer(file: File, *, visible: bool) -> Finding:
    if not visible:
        return Finding("pointer", None, None, "this build hides the address of nop_mnt_idmap")
    found = file.f_path.mnt.mnt_idmap is not nop_mnt_idmap
    return Finding(
        "pointer", found, None, "the pointer was compared, the map behind it was not read"
    )


def _reader(name: str, file: File, written: str) -> Finding:
    idmap = file.f_path.mnt.mnt_idmap
    says, how = _looks_idmapped(idmap, written)
    if idmap is not nop_mnt_idmap and file.f_inode.i_sb.s_user_ns is not init_user_ns:
        return Finding(name, says, None, f"{how}; the filesystem's own mapping is not followed")
    ids = split_vfs_ids(bpf_get_file_vfs_ids(file))
    if says == is_idmapped_mnt(file.f_path.mnt):
        return Finding(name, says, ids, how)
    if not idmap.uid_map:
        owner = file.f_inode
        stored = VfsIds(owner.i_uid, owner.i_gid)
        return Finding(name, says, stored, f"{how}; wrong here: the mount maps nothing at all")
    return Finding(name, says, ids, f"{how}; wrong here, but the ids are the same")


def _looks_idmapped(idmap: MntIdmap, written: str) -> tuple[bool, str]:
    """How a reader of maps tells an idmapped mount, in the terms of the release it was built for.

    Until 6.7 a mount without idmap leads to the initial namespace, whose map is one identity row;
    since 6.8 nop_mnt_idmap has no rows.
    """
    both = (idmap.uid_map, idmap.gid_map)
    if position(written) < position(_OWN_MAPS):
        identity = idmap is nop_mnt_idmap or all(each.rows == _IDENTITY for each in both)
        return not identity, "the map is not the initial namespace's" if not identity else (
            "the map is the identity of the initial namespace"
        )
    rows = any(both)
    return rows, "the map has rows" if rows else "the map has no rows"


def _statmount(file: File, task: Task, release: str, known: Owner | None) -> Finding:
    mnt = file.f_path.mnt
    if mnt.mnt_ns is None:
        return Finding("statmount", None, None, "the mount is detached: no namespace lists it")
    on = replace(task, kernel=modelled(release))
    if not on.since("statmount_idmap"):
        flag = is_idmapped_mnt(mnt)
        return Finding("statmount", flag, None, "the flag says so; rows are told since 6.15")
    uids = statmount_mnt_idmap(on, mnt, "uid")
    gids = statmount_mnt_idmap(on, mnt, "gid")
    if uids is None or gids is None:
        return Finding("statmount", False, None, "the answer has no map")
    told = f"uid rows told: {', '.join(uids) or 'none'}"
    hidden = len(mnt.mnt_idmap.uid_map) - len(uids) + len(mnt.mnt_idmap.gid_map) - len(gids)
    if hidden:
        return Finding("statmount", True, None, f"{told}; rows were left out, and it cannot tell")
    if known is None:
        return Finding("statmount", True, None, f"{told}; whose file it is needs a stored owner")
    return Finding("statmount", True, _through(file, known, uids, gids), told)


def _through(file: File, known: Owner, uids: list[str], gids: list[str]) -> VfsIds:
    ns = file.f_inode.i_sb.s_user_ns
    stored = from_kuid(ns, kuid_t(known[0])), from_kgid(ns, kgid_t(known[1]))
    halves = (
        IdMap("\n".join(rows)).down(int(id)) if rows else None
        for rows, id in zip((uids, gids), stored, strict=True)
    )
    return VfsIds(*halves)


def _stat(file: File, task: Task, known: Owner | None) -> Finding:
    stat = vfs_statx(task, file.f_path)
    shown = (stat.uid, stat.gid)
    if known is None:
        return Finding("stat", None, None, "no owner known to compare with", shown)
    plain = shown_ids(task, kuid_t(known[0]), kgid_t(known[1]))
    if shown != plain:
        without = f"{plain[0]}:{plain[1]}"
        return Finding("stat", True, None, f"without a map this caller would see {without}", shown)
    same = "the same owner: no map, or a row that changes nothing"
    if 65534 in shown:
        same = "65534 with a map or without: this caller cannot see a difference"
    return Finding("stat", None, None, same, shown)
