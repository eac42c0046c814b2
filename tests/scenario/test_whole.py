# SPDX-License-Identifier: BSD-3-Clause
"""
A whole replay, as it is printed
================================

One scenario with every kind of answer there is: what was noted while setting up, what each call
gave back, why the others were refused, and the steps of some of them.  Each line was read beside
the scenario and found right.
"""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.api import Scenario
from kfuncviz.scenario.replay import OpReplay, Replay

ACL = [["user_obj", None, "rwx"], ["user", 5, "r--"], ["user", 70000, "rw-"],
       ["group_obj", None, "r-x"], ["mask", None, "rwx"], ["other", None, "---"]]  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "settings": {"kernel": "6.18.99", "overflowgid": 65533},
    "userns": {
        "pod": {"uid_map": [[0, 100000, 65536]]},
        "half": {"uid_map": [[0, 5, 1]], "gid_map": None},
        "bad": {"uid_map": [[0, 0, 0]]},
        "child": {"parent": "bad"},
    },
    "fs": {"type": "f2fs"},
    "setup": [
        {"type": "file", "path": "f", "kuid": 1000, "kgid": 7, "mode": "0640", "acl": ACL,
         "cap": {"permitted": 1, "rootid": 0, "effective": True}},
        {"type": "dir", "path": "d", "kuid": 70000, "default_acl": ACL, "mode": "0755"},
        {"type": "exe", "path": "su", "mode": "6755", "kuid": 70000},
        {"type": "symlink", "path": "l", "target": "f"},
        {"type": "file", "path": "x/y"},
    ],
    "mounts": {"m": {"userns": "pod"}, "broken": {"userns": "bad"}},
    "callers": {
        "c": {"kuid": 100000, "kgid": 100000, "kgroups": [100004, 6], "userns": "pod",
              "caps": "all"},
        "u": {"kuid": 1000, "kgid": 1000},
        "lost": {"userns": "child"},
    },
    "ops": [
        {"op": "stat", "path": "f"},
        {"op": "stat", "path": "f", "via": "plain"},
        {"op": "stat", "path": "", "via": "plain", "by": "u"},
        {"op": "getacl", "path": "f"},
        {"op": "getcap", "path": "f", "by": "u", "via": "plain"},
        {"op": "open_by_handle", "path": "f", "by": "root", "flags": ["O_RDONLY", "O_NOATIME"]},
        {"op": "exec", "path": "su"},
        {"op": "readdir", "path": "."},
        {"op": "readlink", "path": "l"},
        {"op": "listxattr", "path": "f"},
        {"op": "truncate", "path": "f", "by": "root", "size": 3},
        {"op": "setresuid", "ruid": 1, "euid": 2, "suid": 3},
        {"op": "setgroups", "groups": [], "by": "u"},
        {"op": "setgroups", "groups": [4], "by": "c"},
        {"op": "statmount", "path": "."},
        {"op": "statmount", "path": ".", "via": "plain"},
        {"op": "mountinfo", "path": "."},
        {"op": "mountinfo", "path": ".", "by": "root", "via": "plain"},
        {"op": "create", "path": "d/new"},
        {"op": "mkdir", "path": "n", "by": "root", "via": "plain"},
        {"op": "rmdir", "path": "n", "by": "root", "via": "plain"},
        {"op": "stat", "path": "f", "via": "broken"},
        {"op": "stat", "path": "f", "by": "lost"},
        {"op": "chmod", "path": "d", "mode": "0700", "by": "c"},
        {"op": "write", "path": "f", "content": "abc", "by": "root", "via": "plain"},
        {"op": "stat", "path": "x/y", "by": "root", "via": "plain"},
        {"op": "exec", "path": "gone"},
    ],
}  # fmt: skip

PRINTED = r"""
note: settings.kernel: 6.18.99 is newer than 6.18.44, the newest of its branch known here, whose \
rules are followed
note: userns.bad.uid_map[0]: EINVAL: a count of 0 maps nothing; the least is 1
note: userns.child.parent: EINVAL: bad could not be made: EINVAL at userns.bad.uid_map[0]: a \
count of 0 maps nothing; the least is 1
note: setup x/y: ENOENT: could not be made: there is no 'x' in the directory
note: mounts.broken: ENOENT: userns bad could not be made: EINVAL at userns.bad.uid_map[0]: a \
count of 0 maps nothing; the least is 1
note: userns.half: gid_map was never written: every gid is 65533
note: fs.type: of f2fs only whether its mounts can be idmapped is modelled; the rest follows the \
rules of the VFS
  0 stat f -> ok: 1000:7 0770 file
  1 stat f via=plain -> ok: 65534 [no name here]:65533 [no name here] (on disk 1000:7) 0770 file
  2 stat "" via=plain by=u -> ok: 0:0 0777 dir
  3 getacl f -> ok: user_obj::rwx, user:5:r--, user:4294967295 (nobody: no number here):rw-, \
group_obj::r-x, mask::rwx, other::---; 1000:7 0770 file
  4 getcap f by=u via=plain -> ok: CAP_CHOWN (version 2, effective); 1000:7 0770 file
  5 open_by_handle f by=root flags=O_RDONLY,O_NOATIME -> ok: the open file shows 101000:100007 \
0770 file; 101000:100007 (on disk 1000:7) 0770 file
  6 exec su -> ok: runs as uid 0, gid 0 with 41 capabilities; 65534 [no id]:0 (on disk 70000:0) \
6755 file; its setuid and setgid count only where owner and group both have a number
  7 readdir . -> ok: d, f, l, su; 0:0 0777 dir
  8 readlink l -> ok: f; 0:0 0777 symlink
  9 listxattr f -> ok: security.capability, system.posix_acl_access; 1000:7 0770 file
 10 truncate f by=root size=3 -> ok: 101000:100007 (on disk 1000:7) 0770 file
 11 setresuid ruid=1 euid=2 suid=3 -> ok: goes on as uid 1 (effective 2, saved 3), gid 0 with no \
capability; further groups: 4, 65533
 12 setgroups groups= by=u -> EPERM: needs CAP_SETGID; the caller has no CAP_SETGID
 13 setgroups groups=[4] by=c -> EPERM: needs CAP_SETGID; the caller has no CAP_SETGID
 14 statmount . -> ok: idmap; uid_map "0 0 65536"; gid_map "0 0 65536"; 0:0 0777 dir
 15 statmount . via=plain -> ok: no flag; 65534 [no name here]:65533 [no name here] (on disk \
0:0) 0777 dir
 16 mountinfo . -> ok: rw,relatime,idmapped; 0:0 0777 dir
 17 mountinfo . by=root via=plain -> ok: rw,relatime; 0:0 0777 dir
 18 create d/new -> EACCES at d: the mount has no id for its owner or group: no writing; uid \
70000 has no row in pod.uid_map ("0 100000 65536"); the row "70000 165536 1" would give it one \
(the mount's map)
 19 mkdir n by=root via=plain -> ok: 0:0 0755 dir
 20 rmdir n by=root via=plain -> ok
 21 stat f via=broken -> NOMOUNT: ENOENT at mounts.broken: userns bad could not be made: EINVAL \
at userns.bad.uid_map[0]: a count of 0 maps nothing; the least is 1
 22 stat f by=lost -> NOCALLER: EINVAL at callers.lost: userns child could not be made: EINVAL \
at userns.child.parent: bad could not be made: EINVAL at userns.bad.uid_map[0]: a count of 0 \
maps nothing; the least is 1
 23 chmod d mode=0700 by=c -> EOVERFLOW: the mount has no id for the owner, which is not \
replaced; uid 70000 has no row in pod.uid_map ("0 100000 65536"); the row "70000 165536 1" would \
give it one (the mount's map)
 24 write f content=abc by=root via=plain -> ok: {'size': 3}; 1000:7 0770 file
 25 stat x/y by=root via=plain -> ENOENT: there is no 'x' in the directory; set-up could not \
make it: ENOENT: there is no 'x' in the directory
 26 exec gone -> ENOENT: there is no 'gone' in the directory
"""

#: The steps of some of the calls, by their numbers.
TRACES = {
    0: r"""
user_path_at(<mount m>, f, false, true) = <mount m> <f k1000:k7 0770>
  getname(f)
  may_lookup(pod, </ k0:k0 0777>)
    inode_permission(pod, </ k0:k0 0777>, MAY_EXEC)
      generic_permission(pod, </ k0:k0 0777>, MAY_EXEC)
        acl_permission_check(pod, </ k0:k0 0777>, MAY_EXEC)
vfs_statx(<mount m> <f k1000:k7 0770>) = {uid=1000 gid=7 mode=0770 file}
  generic_fillattr(pod, <f k1000:k7 0770>) = {uid=v101000 gid=v100007 mode=0100770}
    i_uid_into_vfsuid(pod, <f k1000:k7 0770>) = v101000
      make_vfsuid(pod, init_user_ns, k1000) = v101000
        map_id_down({0:100000:65536}, 1000) = 101000
    i_gid_into_vfsgid(pod, <f k1000:k7 0770>) = v100007
      make_vfsgid(pod, init_user_ns, k7) = v100007
        map_id_down({0:100000:65536}, 7) = 100007
  from_kuid_munged(pod, k101000) = u1000
    from_kuid(pod, k101000) = u1000
      map_id_up({0:100000:65536}, 101000) = 1000
  from_kgid_munged(pod, k100007) = u7
    from_kgid(pod, k100007) = u7
      map_id_up({0:100000:65536}, 100007) = 7
""",
    6: r"""
user_path_at(<mount m>, su, true) = <mount m> <su k70000:k0 6755>
  getname(su)
  may_lookup(pod, </ k0:k0 0777>)
    inode_permission(pod, </ k0:k0 0777>, MAY_EXEC)
      generic_permission(pod, </ k0:k0 0777>, MAY_EXEC)
        acl_permission_check(pod, </ k0:k0 0777>, MAY_EXEC)
do_execveat(<mount m> <su k70000:k0 6755>) = k100000:k100000
  do_open(<mount m> <su k70000:k0 6755>, EXEC) = <file su via m>
    may_open(<mount m> <su k70000:k0 6755>, MAY_EXEC, EXEC)
      inode_permission(pod, <su k70000:k0 6755>, MAY_EXEC)
        generic_permission(pod, <su k70000:k0 6755>, MAY_EXEC)
          acl_permission_check(pod, <su k70000:k0 6755>, MAY_EXEC)
  bprm_fill_uid(<mount m> <su k70000:k0 6755>) = k100000:k100000
    mnt_may_suid(<mount m>) = true
    i_uid_into_vfsuid(pod, <su k70000:k0 6755>) = v-1
      make_vfsuid(pod, init_user_ns, k70000) = v-1
        map_id_down({0:100000:65536}, 70000) = -1
    i_gid_into_vfsgid(pod, <su k70000:k0 6755>) = v100000
      make_vfsgid(pod, init_user_ns, k0) = v100000
        map_id_down({0:100000:65536}, 0) = 100000
    inode_permission(pod, <su k70000:k0 6755>, MAY_EXEC)
      generic_permission(pod, <su k70000:k0 6755>, MAY_EXEC)
        acl_permission_check(pod, <su k70000:k0 6755>, MAY_EXEC)
    vfsuid_has_mapping(pod, v-1) = false
      from_kuid(pod, k-1) = u-1
        map_id_up({0:100000:65536}, -1) = -1
  cap_bprm_creds_from_file(<mount m> <su k70000:k0 6755>, k100000:k100000) = k100000:k100000
    get_file_caps(<mount m> <su k70000:k0 6755>) = (0, false, false)
      mnt_may_suid(<mount m>) = true
      get_vfs_caps_from_disk(pod, <su k70000:k0 6755>) = NULL
    make_kuid(pod, u0) = k100000
      map_id_down({0:100000:65536}, 0) = 100000
from_kuid_munged(pod, k100000) = u0
  from_kuid(pod, k100000) = u0
    map_id_up({0:100000:65536}, 100000) = 0
from_kgid_munged(pod, k100000) = u0
  from_kgid(pod, k100000) = u0
    map_id_up({0:100000:65536}, 100000) = 0
""",
    11: r"""
__sys_setresuid(u1, u2, u3) = k100002:k100000
  make_kuid(pod, u1) = k100001
    map_id_down({0:100000:65536}, 1) = 100001
  make_kuid(pod, u2) = k100002
    map_id_down({0:100000:65536}, 2) = 100002
  make_kuid(pod, u3) = k100003
    map_id_down({0:100000:65536}, 3) = 100003
  ns_capable(pod, CAP_SETUID) = true
  cap_task_fix_setuid(k100002:k100000) = k100002:k100000
    make_kuid(pod, u0) = k100000
      map_id_down({0:100000:65536}, 0) = 100000
""",
    18: r"""
do_sys_open(<mount m>, d/new, WRITE|CREAT|EXCL, 0644) = -EACCES
  open_last_lookups(<mount m>, d/new, false) = (<mount m> <d k70000:k0 0755>/new, NULL)
    getname(d/new)
    may_lookup(pod, </ k0:k0 0777>)
      inode_permission(pod, </ k0:k0 0777>, MAY_EXEC)
        generic_permission(pod, </ k0:k0 0777>, MAY_EXEC)
          acl_permission_check(pod, </ k0:k0 0777>, MAY_EXEC)
    may_lookup(pod, <d k70000:k0 0755>)
      inode_permission(pod, <d k70000:k0 0755>, MAY_EXEC)
        generic_permission(pod, <d k70000:k0 0755>, MAY_EXEC)
          acl_permission_check(pod, <d k70000:k0 0755>, MAY_EXEC)
  mode_strip_sgid(pod, <d k70000:k0 0755>, 0644) = 0644
  mnt_want_write(<mount m>)
  may_o_create(pod, <d k70000:k0 0755>) = -EACCES
    fsuidgid_has_mapping(f2fs, pod) = true
      mapped_fsuid(pod, init_user_ns) = k2
        from_vfsuid(pod, init_user_ns, v100002) = k2
          map_id_up({0:100000:65536}, 100002) = 2
      mapped_fsgid(pod, init_user_ns) = k0
        from_vfsgid(pod, init_user_ns, v100000) = k0
          map_id_up({0:100000:65536}, 100000) = 0
      kuid_has_mapping(init_user_ns, k2) = true
        from_kuid(init_user_ns, k2) = u2
          map_id_up({0:0:4294967295}, 2) = 2
      kgid_has_mapping(init_user_ns, k0) = true
        from_kgid(init_user_ns, k0) = u0
          map_id_up({0:0:4294967295}, 0) = 0
    inode_permission(pod, <d k70000:k0 0755>, MAY_WRITE|MAY_EXEC) = -EACCES: the mount has no id \
for its owner or group: no writing
      HAS_UNMAPPED_ID(pod, <d k70000:k0 0755>) = true
        i_uid_into_vfsuid(pod, <d k70000:k0 0755>) = v-1
          make_vfsuid(pod, init_user_ns, k70000) = v-1
            map_id_down({0:100000:65536}, 70000) = -1
""",
    23: r"""
user_path_at(<mount m>, d, true) = <mount m> <d k70000:k0 0755>
  getname(d)
  may_lookup(pod, </ k0:k0 0777>)
    inode_permission(pod, </ k0:k0 0777>, MAY_EXEC)
      generic_permission(pod, </ k0:k0 0777>, MAY_EXEC)
        acl_permission_check(pod, </ k0:k0 0777>, MAY_EXEC)
chmod_common(<mount m> <d k70000:k0 0755>, 0700) = -EOVERFLOW
  mnt_want_write(<mount m>)
  notify_change(pod, <d k70000:k0 0755>, {mode=0700}) = -EOVERFLOW: the mount has no id for the \
owner, which is not replaced
    may_setattr(pod, <d k70000:k0 0755>, {mode=0700})
    i_uid_into_vfsuid(pod, <d k70000:k0 0755>) = v-1
      make_vfsuid(pod, init_user_ns, k70000) = v-1
        map_id_down({0:100000:65536}, 70000) = -1
""",
}


def whole(text: str) -> str:
    """A text as it was printed: lines that were too long for this file joined again."""
    return text.replace("\\\n", "").strip("\n")


@pytest.fixture(scope="module")
def replay() -> Replay:
    return Scenario(DOCUMENT).replay()


def test_a_replay_is_printed_as_it_was_read(replay: Replay) -> None:
    assert str(replay).splitlines() == whole(PRINTED).splitlines()
    kept = (replay.notes, replay.ops, *(op.steps for op in replay.ops))
    assert all(isinstance(each, tuple) for each in kept)
    assert [number for number, op in enumerate(replay.ops) if op.owners == ""] == [
        11, 12, 13, 18, 20, 21, 22, 25, 26,
    ]  # fmt: skip


@pytest.mark.parametrize("number", TRACES)
def test_a_trace_is_printed_as_it_was_read(replay: Replay, number: int) -> None:
    assert replay[number].trace().splitlines() == whole(TRACES[number]).splitlines()


def test_a_program_that_was_cut_runs_and_says_nothing() -> None:
    ops = [{"op": "truncate", "path": "e", "size": size} for size in (44015, 820, 819)]
    runs = [{"op": "exec", "path": "e"}] * 3
    document = {"setup": [{"type": "exe", "path": "e"}],
                "ops": [op for pair in zip(ops, runs, strict=True) for op in pair]}  # fmt: skip
    assert [str(op) for op in Scenario(document).replay().ops][1::2] == [
        "exec e -> ok: 0:0 0755 file",
        "exec e -> ok: 0:0 0755 file",
        "exec e -> ENOEXEC: the file's content is no program",
    ]


def test_a_refusal_without_a_reason_is_told_by_its_errno() -> None:
    refused = OpReplay({"op": "stat", "path": "f"}, {"err": "EIO"}, ())
    assert str(refused) == "stat f -> EIO"
