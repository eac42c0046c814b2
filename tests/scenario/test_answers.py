# SPDX-License-Identifier: BSD-3-Clause
"""
Whole answers to "who owns it?"
===============================

Lanes and hops from the disk to the caller, whether the caller gets there, and the calls with the
hop they belong to: every kind of question about one stack of maps, each answer read beside the rows
and found right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kfuncviz.api import who_owns
from kfuncviz.scenario.ownership.answer import Ownership

ACL = [["user_obj", None, "rwx"], ["user", 5, "r--"], ["group_obj", None, "r-x"],
       ["group", 70000, "r--"], ["mask", None, "rwx"], ["other", None, "---"]]  # fmt: skip
STACK: dict[str, Any] = {
    "userns": {
        "M": {"uid_map": [[0, 100000, 65536]], "gid_map": [[0, 200000, 1000]]},
        "N": {"parent": "M", "uid_map": [[0, 1, 1000], [1000, 0, 1]], "gid_map": [[0, 3, 5]]},
        "F": {"uid_map": [[0, 20000, 1000]]},
        "bad": {"uid_map": [[0, 0, 0]]},
    },
    "setup": [
        {"type": "file", "path": "f", "kuid": 1000, "kgid": 7, "acl": ACL, "mode": "0640",
         "cap": {"permitted": 1, "rootid": 5}},
        {"type": "dir", "path": "d", "kuid": 1000, "kgid": 70000, "mode": "2775",
         "default_acl": ACL},
        {"type": "dir", "path": "d/new", "kuid": 1, "kgid": 3, "mode": "2777"},
        {"type": "symlink", "path": "l", "target": "f", "kuid": 4},
    ],
    "mounts": {"m": {"userns": "M"}, "bad": {"userns": "bad", "subdir": "d"}},
    "callers": {
        "c": {"kuid": 101000, "kgid": 200007, "userns": "M"},
        "n": {"kuid": 100001, "kgid": 200003, "userns": "N"},
        "h": {"kuid": 0, "kgid": 0},
    },
    "ops": [
        {"op": "stat", "path": "gone/x"},
        {"op": "chown", "path": "l", "uid": 5, "follow": True, "by": "n"},
        {"op": "mkdir", "path": "d/n2", "by": "n"},
        {"op": "readlink", "path": "l", "by": "h"},
        {"op": "chmod", "path": "f", "mode": "0600", "by": "n"},
    ],
}  # fmt: skip
#: The same with the filesystem mounted in a namespace.
INSIDE: dict[str, Any] = {
    "userns": STACK["userns"],
    "callers": STACK["callers"],
    "fs": {"userns": "F"},
    "setup": [{"type": "file", "path": "f", "kuid": 20005, "kgid": 20006}],
    "mounts": {"m": {"userns": "M"}},
}


def told(o: Ownership) -> Iterator[str]:
    """An answer in lines: the question, lanes and hops in turn, the call, the kernel's calls."""
    more = {"entry": o.entry, "inherited": o.inherited, "setgid": o.setgid, "unmade": o.unmade,
            "instead": o.instead}  # fmt: skip
    said = [f"{name} {value}" for name, value in more.items() if value not in ("", False, None)]
    yield ", ".join([f"{o.title}: {o.kind}, {o.direction}", *filter(None, [o.err]), *said])
    for number, lane in enumerate(o.lanes):
        if number:
            yield from hop_of(o, number - 1)
        shown = "" if lane.shown is None else f" shown {lane.shown}"
        twin = "" if lane.twin is None else " {} {}".format(*lane.twin)
        yield f"  {lane.key} | {lane.name} | {lane.sub} | {lane.id}{shown}{twin}"
    assert o.access is not None
    op = " ".join(f"{key}={value}" for key, value in o.access.op.items())
    unseen = " unseen" if o.access.unseen else ""
    yield f"  {op}: {o.access.err or 'ok'} {o.access.rule}{unseen}".rstrip()
    if o.access.made:
        yield "  made {} {} {}".format(*vars(o.access.made).values()).rstrip()
    if o.calls:
        calls = (f"{call.function}:{call.hop}" for call in o.calls)
        yield "  " + " ".join(calls).replace("None", "-")


def hop_of(o: Ownership, number: int) -> Iterator[str]:
    hop, leg = o.hops[number], o.travel.hops[number]
    rows = ", ".join(" ".join(map(str, row)) for row in hop.rows)
    rows = "no map" if hop.nop else rows or "no row"
    yield f"    {hop.name} [{hop.key}]: {rows} ({hop.col1})"
    row = "-" if leg.row is None else leg.row
    yield (
        f"    {hop.helper or '-'} {hop.note}".rstrip()
        + f": {leg.fate}, row {row}, column {leg.column}, {leg.source} to {leg.target}, place "
        f"{leg.place}, step {leg.step}"
    )


ANSWERS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"path": "f"}, STACK, r"""
f seen by c via m: uid, read
  fs | On disk | tmpfs · i_uid | 1000
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | 101000
    caller's user ns [caller]: 0 100000 65536 (right)
    from_kuid_munged: arrives, row 0, column 2, 1 to 2, place 2, step 2
  caller | You see | M · uid | 1000
  by=c via=m op=stat path=f: ok
  vfs_statx:- generic_fillattr:- i_uid_into_vfsuid:0 make_vfsuid:0 map_id_down:0 \
from_kuid_munged:1 from_kuid:1 map_id_up:1
"""),
    ({"path": "f", "kind": "gid", "by": "n"}, STACK, r"""
f seen by n via m: gid, read
  fs | On disk | tmpfs · i_gid | 7
    mount idmap [mount]: 0 200000 1000 (left)
    make_vfsgid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsgid | 200007
    user ns M [mid]: 0 200000 1000 (right)
    - flattened: arrives, row 0, column 2, 1 to 2, place 2, step 2
  mid | Intermediate | M · gid | 7
    caller's user ns [caller]: 0 3 5 (right)
    from_kgid_munged: arrives, row 0, column 2, 2 to 3, place 3, step 2
  caller | You see | N · gid | 4
  by=n via=m op=stat path=f: ok
  vfs_statx:- generic_fillattr:- i_gid_into_vfsgid:0 make_vfsgid:0 map_id_down:0 \
from_kgid_munged:2 from_kgid:2 map_id_up:2
"""),
    ({"path": "d", "direction": "create", "kind": "gid"}, STACK, r"""
a file created in d by c via m: gid, create, inherited True, setgid 70000
  fs | On disk | tmpfs · i_gid | 70000
    mount idmap [mount]: 0 200000 1000 (left)
    make_vfsgid: lost, row -, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsgid | None
    caller's user ns [caller]: 0 200000 1000 (right)
    from_kgid_munged: after, row -, column 2, 1 to 2, place 2, step 2
  caller | You see | M · gid | None shown 65534
  by=c via=m op=create path=d/new-2 mode=0666: EACCES the mount has no id for its owner or \
group: no writing unseen
  mapped_fsgid:- from_vfsgid:- map_id_up:- kgid_has_mapping:- from_kgid:- map_id_up:- \
vfs_statx:- generic_fillattr:- i_gid_into_vfsgid:0 make_vfsgid:0 map_id_down:0 \
from_kgid_munged:1 from_kgid:1 map_id_up:1
"""),
    ({"path": "d/new", "direction": "create", "kind": "gid", "by": "n"}, STACK, r"""
a file created in d/new by n via m: gid, create, inherited True, setgid 3
  fs | On disk | tmpfs · i_gid | 3
    mount idmap [mount]: 0 200000 1000 (left)
    make_vfsgid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsgid | 200003
    user ns M [mid]: 0 200000 1000 (right)
    - flattened: arrives, row 0, column 2, 1 to 2, place 2, step 2
  mid | Intermediate | M · gid | 3
    caller's user ns [caller]: 0 3 5 (right)
    from_kgid_munged: arrives, row 0, column 2, 2 to 3, place 3, step 2
  caller | You see | N · gid | 0
  by=n via=m op=create path=d/new/new mode=0666: ok
  made 0660 0000 user_obj::rw-,user:5:r--,group_obj::r-x,group:70000:r--,mask::rw-,other::---
  mapped_fsgid:- from_vfsgid:- map_id_up:- kgid_has_mapping:- from_kgid:- map_id_up:- \
vfs_statx:- generic_fillattr:- i_gid_into_vfsgid:0 make_vfsgid:0 map_id_down:0 \
from_kgid_munged:2 from_kgid:2 map_id_up:2
"""),
    ({"path": "f", "direction": "create", "id": 9}, STACK, r"""
a file created in . by c via m: uid, create
  fs | On disk | tmpfs · i_uid | 9
    mount idmap [mount]: 0 100000 65536 (left)
    mapped_fsuid: arrives, row 0, column 2, 1 to 0, place 2, step 2
  mount | In the mount | m · vfsuid | 100009
    caller's user ns [caller]: 0 100000 65536 (right)
    current_fsuid: arrives, row 0, column 1, 2 to 1, place 1, step 1
  caller | You create | M · uid | 9
  by=c via=m op=create path=new mode=0666: ok
  made 0666 0000
  make_kuid:1 map_id_down:1 mapped_fsuid:0 from_vfsuid:0 map_id_up:0 kuid_has_mapping:- \
from_kuid:- map_id_up:-
"""),
    ({"path": "f", "direction": "chown", "id": 9, "by": "n"}, STACK, r"""
chown f by n via m: uid, chown
  fs | On disk | tmpfs · i_uid | 10
    mount idmap [mount]: 0 100000 65536 (left)
    from_vfsuid: arrives, row 0, column 2, 1 to 0, place 3, step 2
  mount | In the mount | m · vfsuid | 100010
    user ns M [mid]: 0 100000 65536 (right)
    - flattened: arrives, row 0, column 1, 2 to 1, place 2, step 1
  mid | Intermediate | M · uid | 10
    caller's user ns [caller]: 0 1 1000, 1000 0 1 (right)
    make_kuid: arrives, row 0, column 1, 3 to 2, place 1, step 1
  caller | You type | N · uid | 9
  by=n via=m op=chown path=f uid=9: EPERM only CAP_CHOWN over the inode may change its owner \
unseen
  make_kuid:2 map_id_down:2 from_vfsuid:0 map_id_up:0
"""),
    ({"path": "f", "direction": "chown", "kind": "gid", "id": 70000, "by": "h"}, STACK, r"""
chown f by h via m: gid, chown, EOVERFLOW
  fs | On disk | tmpfs · i_gid | None
    mount idmap [mount]: 0 200000 1000 (left)
    from_vfsgid: lost, row -, column 2, 1 to 0, place 2, step 2
  mount | In the mount | m · vfsgid | 70000
    caller's user ns [caller]: no map (right)
    make_kgid: arrives, row -, column 1, 2 to 1, place 1, step 1
  caller | You type | host · gid | 70000
  by=h via=m op=chown path=f gid=70000: EOVERFLOW the filesystem cannot store the new owner or \
group unseen
  make_kgid:1 map_id_down:1 from_vfsgid:0 map_id_up:0
"""),
    ({"direction": "chown", "by": "h"}, STACK, r"""
chown . by h via m: uid, chown, EOVERFLOW
  fs | On disk | tmpfs · i_uid | None
    mount idmap [mount]: 0 100000 65536 (left)
    from_vfsuid: lost, row -, column 2, 1 to 0, place 2, step 2
  mount | In the mount | m · vfsuid | 0
    caller's user ns [caller]: no map (right)
    make_kuid: arrives, row -, column 1, 2 to 1, place 1, step 1
  caller | You type | host · uid | 0
  by=h via=m op=chown path=. uid=0: EOVERFLOW the filesystem cannot store the new owner or group \
unseen
  from_vfsuid:0 map_id_up:0
"""),
    ({"path": "f", "entry": "user:5"}, STACK, r"""
user:5 of f read by c via m: uid, read, entry user:5
  fs | On disk | tmpfs · ACL user | 5
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | 100005
    caller's user ns [caller]: 0 100000 65536 (right)
    from_kuid: arrives, row 0, column 2, 1 to 2, place 2, step 2
  caller | You see | M · uid | 5
  by=c via=m op=getacl path=f: ok
  make_vfsuid:0 map_id_down:0 from_kuid:1 map_id_up:1
"""),
    ({"path": "d", "entry": "default:group:70000", "by": "n"}, STACK, r"""
default:group:70000 of d read by n via m: gid, read, entry default:group:70000
  fs | On disk | tmpfs · ACL default:group | 70000
    mount idmap [mount]: 0 200000 1000 (left)
    make_vfsgid: lost, row -, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsgid | None
    user ns M [mid]: 0 200000 1000 (right)
    - flattened: after, row -, column 2, 1 to 2, place 2, step 2
  mid | Intermediate | M · gid | None
    caller's user ns [caller]: 0 3 5 (right)
    from_kgid: after, row -, column 2, 2 to 3, place 3, step 2
  caller | You see | N · gid | None shown 4294967295
  by=n via=m op=getacl path=d which=default: ok
  make_vfsgid:0 map_id_down:0 from_kgid:2 map_id_up:2
"""),
    ({"path": "f", "entry": "rootid"}, STACK, r"""
rootid of f read by c via m: uid, read, entry rootid
  fs | On disk | tmpfs · rootid | 5
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | 100005
    caller's user ns [caller]: 0 100000 65536 (right)
    from_kuid: arrives, row 0, column 2, 1 to 2, place 2, step 2
  caller | You see | M · uid | 5
  by=c via=m op=getcap path=f: ok
  make_vfsuid:0 map_id_down:0 from_kuid:1 map_id_up:1
"""),
    ({"path": "f", "entry": "rootid", "by": "n"}, STACK, r"""
rootid of f read by n via m: uid, read, entry rootid
  fs | On disk | tmpfs · rootid | 5
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | 100005
    user ns M [mid]: 0 100000 65536 (right)
    - flattened: arrives, row 0, column 2, 1 to 2, place 2, step 2
  mid | Intermediate | M · uid | 5
    caller's user ns [caller]: 0 1 1000, 1000 0 1 (right)
    from_kuid: arrives, row 0, column 2, 2 to 3, place 3, step 2
  caller | You see | N · uid | 4
  by=n via=m op=getcap path=f: ok
  make_vfsuid:0 map_id_down:0 from_kuid:2 map_id_up:2
"""),
    ({"id": 70000}, STACK, r"""
uid 70000 seen by c via m: uid, read
  fs | On disk | tmpfs · i_uid | 70000
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: lost, row -, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | None
    caller's user ns [caller]: 0 100000 65536 (right)
    from_kuid_munged: after, row -, column 2, 1 to 2, place 2, step 2
  caller | You see | M · uid | None shown 65534
  by=c via=m op=stat path=.: ok
  vfs_statx:- generic_fillattr:- i_uid_into_vfsuid:0 make_vfsuid:0 map_id_down:0 \
from_kuid_munged:1 from_kuid:1 map_id_up:1
"""),
    ({"path": "f", "id": 70000, "kind": "gid"}, STACK, r"""
gid 70000 in f seen by c via m: gid, read
  fs | On disk | tmpfs · i_gid | 70000
    mount idmap [mount]: 0 200000 1000 (left)
    make_vfsgid: lost, row -, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsgid | None
    caller's user ns [caller]: 0 200000 1000 (right)
    from_kgid_munged: after, row -, column 2, 1 to 2, place 2, step 2
  caller | You see | M · gid | None shown 65534
  by=c via=m op=stat path=f: ok
  vfs_statx:- generic_fillattr:- i_gid_into_vfsgid:0 make_vfsgid:0 map_id_down:0 \
from_kgid_munged:1 from_kgid:1 map_id_up:1
"""),
    ({"path": "f", "via": "bad"}, STACK, r"""
f asked about by c via bad: uid, read, ENOENT, unmade mounts.bad
  fs | On disk | tmpfs · i_uid | 1000
    mount idmap [mount]: no row (left)
    make_vfsuid: unreached, row -, column 1, 0 to 1, place 1, step 1
  mount | In the mount | bad · not made | None
    caller's user ns [caller]: 0 100000 65536 (right)
    from_kuid_munged: unreached, row -, column 2, 1 to 2, place 2, step 2
  caller | You see | M · uid | None
  op=stat path=f by=c via=bad: ENOENT userns bad could not be made: EINVAL at \
userns.bad.uid_map[0]: a count of 0 maps nothing; the least is 1 unseen
"""),
    ({"path": ".", "via": "bad", "entry": "default:user:5", "by": "n"}, STACK, r"""
. asked about by n via bad: uid, read, ENOENT, entry default:user:5, unmade mounts.bad
  fs | On disk | tmpfs · ACL default:user | 5
    mount idmap [mount]: no row (left)
    make_vfsuid: unreached, row -, column 1, 0 to 1, place 1, step 1
  mount | In the mount | bad · not made | None
    caller's user ns [caller]: 0 100001 1000, 1000 100000 1 (right)
    from_kuid_munged: unreached, row -, column 2, 1 to 2, place 2, step 2
  caller | You see | N · uid | None
  op=stat path=. by=n via=bad: ENOENT userns bad could not be made: EINVAL at \
userns.bad.uid_map[0]: a count of 0 maps nothing; the least is 1 unseen
"""),
    ({"op": 0}, STACK, r"""
gone/x is not there; . seen by c via m: uid, read, instead .
  fs | On disk | tmpfs · i_uid | 0
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | 100000
    caller's user ns [caller]: 0 100000 65536 (right)
    from_kuid_munged: arrives, row 0, column 2, 1 to 2, place 2, step 2
  caller | You see | M · uid | 0
  by=c via=m op=stat path=gone/x: ENOENT there is no 'gone' in the directory
  vfs_statx:- generic_fillattr:- i_uid_into_vfsuid:0 make_vfsuid:0 map_id_down:0 \
from_kuid_munged:1 from_kuid:1 map_id_up:1
"""),
    ({"op": 1}, STACK, r"""
chown l by n via m: uid, chown
  fs | On disk | tmpfs · i_uid | 6
    mount idmap [mount]: 0 100000 65536 (left)
    from_vfsuid: arrives, row 0, column 2, 1 to 0, place 3, step 2
  mount | In the mount | m · vfsuid | 100006
    user ns M [mid]: 0 100000 65536 (right)
    - flattened: arrives, row 0, column 1, 2 to 1, place 2, step 1
  mid | Intermediate | M · uid | 6
    caller's user ns [caller]: 0 1 1000, 1000 0 1 (right)
    make_kuid: arrives, row 0, column 1, 3 to 2, place 1, step 1
  caller | You type | N · uid | 5
  by=n via=m op=chown path=l uid=5 follow=True: EPERM only CAP_CHOWN over the inode may change \
its owner unseen
  make_kuid:2 map_id_down:2 from_vfsuid:0 map_id_up:0
"""),
    ({"op": 2}, STACK, r"""
a file created in d by n via m: uid, create
  fs | On disk | tmpfs · i_uid | 1
    mount idmap [mount]: 0 100000 65536 (left)
    mapped_fsuid: arrives, row 0, column 2, 1 to 0, place 3, step 2
  mount | In the mount | m · vfsuid | 100001
    user ns M [mid]: 0 100000 65536 (right)
    - flattened: arrives, row 0, column 1, 2 to 1, place 2, step 1
  mid | Intermediate | M · uid | 1
    caller's user ns [caller]: 0 1 1000, 1000 0 1 (right)
    current_fsuid: arrives, row 0, column 1, 3 to 2, place 1, step 1
  caller | You create | N · uid | 0
  by=n via=m op=mkdir path=d/n2: EACCES the mount has no id for its owner or group: no writing \
unseen
  mapped_fsuid:0 from_vfsuid:0 map_id_up:0 kuid_has_mapping:- from_kuid:- map_id_up:-
"""),
    ({"op": 3}, STACK, r"""
l seen by h via m: uid, read
  fs | On disk | tmpfs · i_uid | 4
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | 100004
    caller's user ns [caller]: no map (right)
    from_kuid_munged: arrives, row -, column 2, 1 to 2, place 2, step 2
  caller | You see | host · uid | 100004
  by=h via=m op=readlink path=l: ok
  vfs_statx:- generic_fillattr:- i_uid_into_vfsuid:0 make_vfsuid:0 map_id_down:0 \
from_kuid_munged:1 from_kuid:1 map_id_up:1
"""),
    ({"op": 4}, STACK, r"""
f seen by n via m: uid, read
  fs | On disk | tmpfs · i_uid | 1000
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | m · vfsuid | 101000
    user ns M [mid]: 0 100000 65536 (right)
    - flattened: arrives, row 0, column 2, 1 to 2, place 2, step 2
  mid | Intermediate | M · uid | 1000
    caller's user ns [caller]: 0 1 1000, 1000 0 1 (right)
    from_kuid_munged: arrives, row 0, column 2, 2 to 3, place 3, step 2
  caller | You see | N · uid | 999
  by=n via=m op=chmod path=f mode=0600: EPERM only the owner or CAP_FOWNER may change the mode
  vfs_statx:- generic_fillattr:- i_uid_into_vfsuid:0 make_vfsuid:0 map_id_down:0 \
from_kuid_munged:2 from_kuid:2 map_id_up:2
"""),
    ({"path": "f", "by": "h"}, INSIDE, r"""
f seen by h via m: uid, read
  fs | In the inode | i_uid · kernel id | 20005
    filesystem's user ns [fs]: 0 20000 1000 (right)
    from_kuid: arrives, row 0, column 2, 0 to 1, place 1, step 1
  fs | On disk | id in F | 5
    mount idmap [mount]: 0 100000 65536 (left)
    make_vfsuid: arrives, row 0, column 1, 1 to 2, place 2, step 2
  mount | In the mount | m · vfsuid | 100005
    caller's user ns [caller]: no map (right)
    from_kuid_munged: arrives, row -, column 2, 2 to 3, place 3, step 3
  caller | You see | host · uid | 100005
  by=h via=m op=stat path=f: ok
  vfs_statx:- generic_fillattr:- i_uid_into_vfsuid:1 make_vfsuid:1 from_kuid:0 map_id_up:0 \
map_id_down:1 from_kuid_munged:2 from_kuid:2 map_id_up:2
"""),
    ({"path": "f", "by": "h", "via": "plain"}, INSIDE, r"""
f seen by h via plain: uid, read
  fs | On disk | id in F | 5 i_uid 20005
    filesystem's user ns [fs]: 0 20000 1000 (left)
    make_kuid mount not idmapped: arrives, row 0, column 1, 0 to 1, place 1, step 1
  mount | In the mount | plain · not idmapped | 20005
    caller's user ns [caller]: no map (right)
    from_kuid_munged: arrives, row -, column 2, 1 to 2, place 2, step 2
  caller | You see | host · uid | 20005
  by=h via=plain op=stat path=f: ok
  vfs_statx:- generic_fillattr:- i_uid_into_vfsuid:0 make_vfsuid:0 from_kuid_munged:1 \
from_kuid:1 map_id_up:1
"""),
    ({"direction": "create", "by": "h", "via": "plain"}, INSIDE, r"""
a file created in . by h via plain: uid, create, EOVERFLOW
  fs | On disk | id in F | None
    filesystem's user ns [fs]: 0 20000 1000 (left)
    kuid_has_mapping mount not idmapped: lost, row -, column 2, 1 to 0, place 2, step 2
  mount | In the mount | plain · not idmapped | 0
    caller's user ns [caller]: no map (right)
    current_fsuid: arrives, row -, column 1, 2 to 1, place 1, step 1
  caller | You create | host · uid | 0
  by=h via=plain op=create path=new mode=0666: EOVERFLOW the filesystem cannot store the \
caller's fsuid or fsgid unseen
  mapped_fsuid:- from_vfsuid:- kuid_has_mapping:0 from_kuid:0 map_id_up:0
"""),
    ({"direction": "chown", "id": 7, "by": "h", "via": "plain", "path": "f"}, INSIDE, r"""
chown f by h via plain: uid, chown
  fs | In the inode | i_uid · none in F | 7
    mount idmap [mount]: no map (left)
    from_vfsuid: arrives, row -, column 2, 1 to 0, place 2, step 2
  mount | In the mount | plain · not idmapped | 7
    caller's user ns [caller]: no map (right)
    make_kuid: arrives, row -, column 1, 2 to 1, place 1, step 1
  caller | You type | host · uid | 7
  by=h via=plain op=chown path=f uid=7: ok
  make_kuid:1 map_id_down:1 from_vfsuid:0
"""),
    ({"direction": "create", "by": "c"}, INSIDE, r"""
a file created in . by c via m: uid, create, EOVERFLOW
  fs | In the inode | i_uid · kernel id | None
    filesystem's user ns [fs]: 0 20000 1000 (right)
    kuid_has_mapping: lost, row -, column 1, 1 to 0, place 3, step 3
  fs | On disk | id in F | 1000
    mount idmap [mount]: 0 100000 65536 (left)
    mapped_fsuid: arrives, row 0, column 2, 2 to 1, place 2, step 2
  mount | In the mount | m · vfsuid | 101000
    caller's user ns [caller]: 0 100000 65536 (right)
    current_fsuid: arrives, row 0, column 1, 3 to 2, place 1, step 1
  caller | You create | M · uid | 1000
  by=c via=m op=create path=new mode=0666: EOVERFLOW the filesystem cannot store the caller's \
fsuid or fsgid unseen
  mapped_fsuid:1 from_vfsuid:1 map_id_up:1 make_kuid:0 map_id_down:0
"""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "document", "answer"), ANSWERS, ids=[text.split("\n")[1] for *_, text in ANSWERS]
)
def test_an_answer_in_full(question: dict[str, Any], document: dict[str, Any], answer: str) -> None:
    expected = answer.replace("\\\n", "").strip("\n").splitlines()
    assert [*told(who_owns(document, **question))] == expected
