# SPDX-License-Identifier: BSD-3-Clause
"""Where the kernel says so: every traced function's file and section, every commit named."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path as FilePath
from types import FunctionType
from typing import Any

import pytest

import kfuncviz.model
from kfuncviz.model.attr import Iattr, chown_common, notify_change, setattr_should_drop_sgid
from kfuncviz.model.capability import CAP_FULL_SET
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fhandle import may_decode_fh, vfs_dentry_acceptable
from kfuncviz.model.filesystems import FILESYSTEMS
from kfuncviz.model.fs import MNT_READONLY, Inode, Path, PosixAclEntry, SuperBlock, VfsMount
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.lookup import Lookup
from kfuncviz.model.mnt_idmapping import MntIdmap, alloc_mnt_idmap, nop_mnt_idmap
from kfuncviz.model.mount_tree import move_mount, open_tree
from kfuncviz.model.namei import vfs_tmpfile
from kfuncviz.model.namespace import (
    MOUNT_ATTR_NOSYMFOLLOW,
    can_idmap_mount,
    mount_setattr,
    open_tree_attr,
)
from kfuncviz.model.open import Open
from kfuncviz.model.posix_acl_xattr import vfs_get_acl, vfs_set_acl
from kfuncviz.model.read_write import vfs_truncate
from kfuncviz.model.releases import CHANGES, Change, Release
from kfuncviz.model.setid import setresgid, setresuid
from kfuncviz.model.statmount import statmount, statmount_mnt_idmap
from kfuncviz.model.trace import Step, hangs_on, recording, traced
from kfuncviz.model.uidgid import gid_t, kuid_t, uid_t
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns
from kfuncviz.model.xattr import vfs_setxattr

MODEL = FilePath(kfuncviz.model.__file__).parent
SEMANTICS = (FilePath(__file__).parents[2] / "data" / "semantics.md").read_text("utf-8")

#: The file that defines each function, looked up in the source of Linux 6.12; what is newer
#: (map_id_range_up, open_tree_attr, statmount_mnt_idmap, import_xattr_name) in that of 6.15.
DEFINED_IN = {
    "fs/attr.c": (
        "setattr_should_drop_sgid setattr_should_drop_suidgid chown_ok chgrp_ok setattr_prepare "
        "setattr_copy may_setattr notify_change"
    ),
    "fs/exec.c": "bprm_fill_uid do_execveat",
    "fs/fhandle.c": "may_decode_fh vfs_dentry_acceptable do_handle_open",
    "fs/read_write.c": "vfs_write vfs_copy_file_range",
    "fs/inode.c": (
        "inode_owner_or_capable in_group_or_capable mode_strip_sgid inode_init_owner "
        "file_remove_privs"
    ),
    "fs/mnt_idmapping.c": (
        "alloc_mnt_idmap make_vfsuid make_vfsgid from_vfsuid from_vfsgid vfsgid_in_group_p "
        "statmount_mnt_idmap"
    ),
    "fs/namei.c": (
        "getname may_lookup may_follow_link filename_parentat user_path_at open_last_lookups "
        "may_create may_o_create may_delete filename_create vfs_create vfs_mkdir vfs_symlink "
        "vfs_mknod vfs_tmpfile vfs_unlink vfs_rmdir do_unlinkat do_rmdir may_open "
        "may_create_in_sticky do_open acl_permission_check generic_permission inode_permission "
        "safe_hardlink_source may_linkat vfs_link do_linkat do_renameat2 vfs_rename"
    ),
    "fs/namespace.c": (
        "mnt_may_suid mnt_want_write can_idmap_mount build_mount_idmapped mount_setattr may_mount "
        "open_tree open_tree_attr move_mount statmount"
    ),
    "fs/open.c": (
        "chown_common chmod_common do_truncate do_sys_open do_faccessat vfs_fallocate vfs_truncate"
    ),
    "fs/proc_namespace.c": "show_mountinfo",
    "fs/posix_acl.c": (
        "posix_acl_permission posix_acl_from_xattr posix_acl_valid posix_acl_update_mode "
        "set_posix_acl vfs_set_acl vfs_remove_acl vfs_get_acl posix_acl_chmod posix_acl_create"
    ),
    "fs/stat.c": "generic_fillattr do_readlinkat vfs_statx",
    "fs/utimes.c": "vfs_utimes",
    "fs/xattr.c": (
        "may_write_xattr xattr_permission import_xattr_name setxattr_copy vfs_setxattr "
        "vfs_getxattr vfs_listxattr vfs_removexattr"
    ),
    "include/linux/fs.h": (
        "i_uid_into_vfsuid i_gid_into_vfsgid HAS_UNMAPPED_ID fsuidgid_has_mapping check_sticky"
    ),
    "include/linux/mnt_idmapping.h": (
        "vfsuid_has_fsmapping vfsgid_has_fsmapping vfsuid_has_mapping vfsgid_has_mapping "
        "mapped_fsuid mapped_fsgid"
    ),
    "include/linux/posix_acl_xattr.h": "posix_acl_xattr_count",
    "include/linux/uidgid.h": "kuid_has_mapping kgid_has_mapping",
    "kernel/capability.c": (
        "ns_capable capable privileged_wrt_inode_uidgid capable_wrt_inode_uidgid"
    ),
    "kernel/groups.c": "setgroups",
    "kernel/sys.c": "__sys_setresuid __sys_setresgid __sys_setfsuid __sys_setfsgid",
    "kernel/user_namespace.c": (
        "map_id_range_down map_id_range_up map_id_down map_id_up map_write proc_setgroups_write "
        "make_kuid make_kgid from_kuid from_kgid from_kuid_munged from_kgid_munged"
    ),
    "security/commoncap.c": (
        "rootid_owns_currentns cap_convert_nscap cap_inode_getsecurity get_vfs_caps_from_disk "
        "get_file_caps cap_bprm_creds_from_file cap_task_fix_setuid"
    ),
}
FILES = {name: file for file, names in DEFINED_IN.items() for name in names.split()}


def traced_functions() -> Iterator[tuple[Callable[..., Any], str, str, str]]:
    for module in pkgutil.iter_modules(kfuncviz.model.__path__):
        found = importlib.import_module(f"kfuncviz.model.{module.name}")
        for value in vars(found).values():
            own = isinstance(value, FunctionType) and value.__module__ == found.__name__
            if own and hasattr(value, "kernel"):
                yield value, *value.kernel


def section_text(number: str) -> str:
    """The text under a heading of the semantics, its subsections included."""
    pattern = rf"^(##+) {re.escape(number)}\.? .*?(?=^##? |^## |\Z)"
    start = re.search(pattern, SEMANTICS, re.MULTILINE | re.DOTALL)
    assert start is not None, f"no section {number}"
    if start[1] == "###":
        return re.split(r"\n(?=##+ \d)", start[0])[0]
    return start[0]


def test_every_function_stands_in_the_file_that_defines_it() -> None:
    assert {name: file for _, name, file, _ in traced_functions()} == FILES


def test_the_section_of_a_function_mentions_it() -> None:
    for _, name, _, section in traced_functions():
        assert re.search(rf"\b{name}\b", section_text(section)), (name, section)


def test_traced_functions_have_a_docstring() -> None:
    for function, name, _, _ in traced_functions():
        assert function.__doc__, name


@traced("1", "fs/made_up.c", "its_kernel_name")
def made_up(current: Task, *, deeper: bool) -> str:
    if deeper:
        made_up(current, deeper=False)
    hangs_on("0123456789ab" if deeper else "")
    return "yes"


def test_a_step_carries_what_the_decorator_says() -> None:
    with recording() as steps:
        made_up(Task(), deeper=True)
    outer, inner = steps
    assert (outer.function, outer.file, outer.section) == ("its_kernel_name", "fs/made_up.c", "1")
    assert outer.url == "https://elixir.bootlin.com/linux/v6.18/C/ident/its_kernel_name"
    assert [outer.commit, inner.commit] == ["0123456789ab", ""]
    assert outer.line == "its_kernel_name(true) = yes"
    assert inner.line == "  its_kernel_name(false) = yes"


def test_a_function_that_is_in_no_kernel_has_no_link() -> None:
    assert Step("f", {}, {}, 0, "4", "the patch of July 2023; in no kernel").url == ""


# -- commits ------------------------------------------------------------------------------------

MAP = IdMap("0 10000 1000")
BOX = UserNamespace("box", init_user_ns, uid_map=MAP, gid_map=MAP)
EMPTY = UserNamespace("empty", init_user_ns)
IN_BOX = Cred.of(10000, 10000, user_ns=BOX, caps=CAP_FULL_SET)
STRANGER = Cred.of(7, 7, user_ns=UserNamespace("far", init_user_ns), caps=CAP_FULL_SET)


def mount(owner: UserNamespace = init_user_ns, fs_type: str = "xfs") -> VfsMount:
    return VfsMount(SuperBlock(owner, fs_type=fs_type).s_root)


def no_idmapping() -> VfsMount:
    mnt = mount(fs_type="fuse")
    mnt.mnt_sb.noidmap = True
    return mnt


def at_root(mnt: VfsMount) -> Path:
    return Path(mnt, mnt.mnt_root)


def setgid_file() -> Inode:
    return Inode(SuperBlock(), 0o102644, 5, 6)


def with_acl() -> Inode:
    inode = setgid_file()
    inode.i_acl = (PosixAclEntry("user_obj", None, 7),)
    return inode


def idmapped() -> VfsMount:
    mnt = mount()
    mnt.mnt_idmap = MntIdmap("m", MAP, MAP)
    return mnt


def attached(task: Task) -> VfsMount:
    return VfsMount(SuperBlock().s_root, mnt_ns=task.mnt_ns)


def at_root_file() -> Path:
    mnt = mount()
    mnt.mnt_flags = MNT_READONLY
    return Path(mnt, Inode(mnt.mnt_sb, 0o100600))


def drop_sgid(task: Task) -> bool:
    return setattr_should_drop_sgid(task, nop_mnt_idmap, setgid_file())


#: What to do, the step that is marked, and whose commit it names.
HANGS: dict[str, tuple[Callable[[Task], Any], str, str]] = {
    "s_user_ns": (
        lambda t: can_idmap_mount(t, mount(BOX), EMPTY, replacing=False),
        "can_idmap_mount", CHANGES["s_user_ns"].commit),
    "userns_fd_capable": (
        lambda t: mount_setattr(
            Task(Cred.of(0, 0, user_ns=BOX, caps=CAP_FULL_SET), mnt_ns=t.mnt_ns.__class__("b", BOX),
                 kernel=t.kernel), at_root(mount()), userns_fd=EMPTY),
        "build_mount_idmapped", CHANGES["userns_fd_capable"].commit),
    "nop_is_identity": (
        lambda t: chown_common(t, at_root(mount(BOX)), uid_t(7), gid_t(7)),
        "notify_change", CHANGES["nop_is_identity"].commit),
    "setattr_should_drop_sgid": (
        drop_sgid, "setattr_should_drop_sgid", CHANGES["setattr_should_drop_sgid"].commit),
    "unwritten_einval": (
        lambda t: alloc_mnt_idmap(t, EMPTY),
        "alloc_mnt_idmap", CHANGES["unwritten_einval"].commit),
    "setres_nothing": (
        lambda t: setresuid(replace(t, cred=replace(t.cred, fsuid=kuid_t(5))), None, None, None),
        "__sys_setresuid", CHANGES["setres_nothing"].commit),
    "handles_in_userns": (
        lambda t: may_decode_fh(replace(t, cred=IN_BOX), mount(BOX), Open.DIRECTORY),
        "may_decode_fh", CHANGES["handles_in_userns"].commit),
    "handle_of_unmapped": (
        lambda t: vfs_dentry_acceptable(replace(t, cred=IN_BOX), (m := mount(BOX)), m.mnt_root),
        "vfs_dentry_acceptable", CHANGES["handle_of_unmapped"].commit),
    "truncate_permission_first": (
        lambda t: vfs_truncate(replace(t, cred=STRANGER), at_root_file(), 0),
        "vfs_truncate", CHANGES["truncate_permission_first"].commit),
    "sb_i_noidmap": (
        lambda t: can_idmap_mount(t, no_idmapping(), BOX, replacing=False),
        "can_idmap_mount", CHANGES["sb_i_noidmap"].commit),
    "tmpfile_mapping": (
        lambda t: vfs_tmpfile(replace(t, cred=STRANGER), at_root(idmapped()), 0o644),
        "vfs_tmpfile", CHANGES["tmpfile_mapping"].commit),
    "tmpfs_user_xattr": (
        lambda t: vfs_setxattr(t, nop_mnt_idmap, setgid_file(), "user.a", b""),
        "vfs_setxattr", CHANGES["tmpfs_user_xattr"].commit),
    "posix_acl_api": (
        lambda t: vfs_set_acl(replace(t, kernel=(6, 1)), nop_mnt_idmap, setgid_file(), "access",
                              b""),
        "vfs_set_acl", CHANGES["posix_acl_api"].commit),
    "acl_fixup_by_buffer": (
        lambda t: vfs_get_acl(t, nop_mnt_idmap, with_acl(), "access", 4096),
        "vfs_get_acl", CHANGES["acl_fixup_by_buffer"].commit),
    "open_tree_detached": (
        lambda t: open_tree(t, at_root(mount())),
        "open_tree", CHANGES["open_tree_detached"].commit),
    "open_tree_attr": (
        lambda t: open_tree_attr(t, at_root(mount()), userns_fd=BOX),
        "open_tree_attr", CHANGES["open_tree_attr"].commit),
    "nosymfollow_attr": (
        lambda t: mount_setattr(t, at_root(mount()), attr_set=MOUNT_ATTR_NOSYMFOLLOW),
        "mount_setattr", CHANGES["nosymfollow_attr"].commit),
    "open_tree_attr_clone": (
        lambda t: open_tree_attr(t, at_root(mount()), clone=False, userns_fd=BOX),
        "open_tree_attr", CHANGES["open_tree_attr_clone"].commit),
    "move_mount_target_first": (
        lambda t: move_mount(t, Lookup(mount(), "gone"), at_root(attached(t))),
        "move_mount", CHANGES["move_mount_target_first"].commit),
    "move_mount_detached": (
        lambda t: move_mount(t, at_root(mount()), at_root(mount())),
        "move_mount", CHANGES["move_mount_detached"].commit),
    "statmount": (
        lambda t: statmount(t, attached(t)),
        "statmount", CHANGES["statmount"].commit),
    "statmount_idmap": (
        lambda t: statmount_mnt_idmap(t, mount()),
        "statmount_mnt_idmap", CHANGES["statmount_idmap"].commit),
}  # fmt: skip


def marked(run: Callable[[Task], Any], kernel: Release) -> list[tuple[str, str]]:
    with recording() as steps, suppress(KernelError):
        run(Task(kernel=kernel))
    return [(step.function, step.commit) for step in steps if step.commit]


@pytest.mark.parametrize("rule", HANGS)
def test_the_step_whose_answer_hangs_on_the_release_names_the_commit(rule: str) -> None:
    run, function, commit = HANGS[rule]
    assert (function, commit) in marked(run, CHANGES[rule].since)


@pytest.mark.parametrize(
    "run",
    [
        lambda t: can_idmap_mount(t, mount(), BOX, replacing=False),
        lambda t: mount_setattr(t, at_root(mount()), userns_fd=BOX),
        lambda t: chown_common(t, at_root(mount(BOX)), uid_t(10005), gid_t(10005)),
        lambda t: chown_common(t, at_root(mount()), uid_t(7), gid_t(7)),
        lambda t: notify_change(t, nop_mnt_idmap, Inode(SuperBlock(), 0o100644), Iattr(mode=0)),
        lambda t: vfs_tmpfile(t, at_root(mount()), 0o644),
        lambda t: setattr_should_drop_sgid(t, nop_mnt_idmap, Inode(SuperBlock(), 0o102755)),
        lambda t: setresuid(t, None, None, None),
        lambda t: setresgid(t, None, None, None),
    ],
)
def test_a_step_that_every_release_answers_alike_names_none(run: Callable[[Task], Any]) -> None:
    assert marked(run, (6, 18)) == []


def test_a_filesystem_refused_for_its_age_names_the_commit_that_allowed_it() -> None:
    def run(task: Task) -> None:
        can_idmap_mount(task, mount(fs_type="btrfs"), BOX, replacing=False)

    assert marked(run, (5, 14)) == [("can_idmap_mount", of_btrfs().commit)]
    assert marked(run, (5, 15)) == []


def of_btrfs() -> Change:
    change = FILESYSTEMS["btrfs"].idmap
    assert change is not None
    return change


CITED = re.compile(r'[Cc]ommit\s+([0-9a-f]{12})\s+\("(.+?)"\)\s+\(in\s+v(\d+)\.(\d+)')


def cited() -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Commits in the comments of the model: digits, subject, release."""
    for path in sorted(MODEL.glob("*.py")):
        if path.name in ("releases.py", "filesystems.py"):
            continue
        text = re.sub(r"\n\s*# ", " ", path.read_text("utf-8"))
        for commit, subject, major, minor in CITED.findall(text):
            yield commit, subject, (int(major), int(minor))


def test_comments_cite_what_the_table_of_changes_says() -> None:
    table: dict[str, tuple[str, tuple[int, ...]]]
    table = {c.commit: (c.subject, c.since) for c in CHANGES.values() if c.commit}
    table["db2e718a4798"] = ("capabilities: require CAP_SETFCAP to map uid 0", (5, 12))
    found = {commit: (subject, since) for commit, subject, since in cited()}
    assert found == table


def test_every_branch_on_a_release_has_its_commit_or_its_measurement_above() -> None:
    branches = Counter()
    for path in MODEL.glob("*.py"):
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            match = re.search(r'since\((?:current\.kernel, )?"(\w+)"\)', line)
            if match is None or ">>>" in line:
                continue
            change = CHANGES[match[1]]
            above = "\n".join(lines[max(0, number - 8) : number])
            assert change.commit[:12] in above, (path.name, number)
            assert change.commit or "measured" in above, (path.name, number)
            branches[match[1]] += 1
    assert set(branches) == set(CHANGES)


IDMAPS = {fs.name: fs.idmap for fs in FILESYSTEMS.values() if fs.idmap}


@pytest.mark.parametrize("table", [CHANGES, IDMAPS], ids=["changes", "filesystems"])
def test_a_change_has_a_whole_citation_or_says_from_where_it_is_known(table: Any) -> None:
    for name, change in table.items():
        assert change.text, name
        if change.commit:
            assert re.fullmatch("[0-9a-f]{12}", change.commit), name
            assert change.subject, name
            assert change.source.startswith(f'commit {change.commit} ("{change.subject}") (in v')
        else:
            assert not change.subject, name
            assert change.source == change.note != "", name


def test_the_model_cites_the_manual_where_it_checks() -> None:
    pages = Counter(re.findall(r"# (?:.*?, )?([a-z_]+\(\d\))", "".join(
        inspect.getsource(importlib.import_module(f"kfuncviz.model.{m.name}"))
        for m in pkgutil.iter_modules(kfuncviz.model.__path__)
    )))  # fmt: skip
    assert {"user_namespaces(7)", "mount_setattr(2)", "capabilities(7)", "chown(2)"} <= set(pages)


def test_a_citation_without_a_note_ends_with_the_release() -> None:
    change = Change((6, 9), "text", "0123456789ab", "subject: of it")
    assert change.source == 'commit 0123456789ab ("subject: of it") (in v6.9)'
    assert change._replace(note="seen").source == change.source + "; seen"
