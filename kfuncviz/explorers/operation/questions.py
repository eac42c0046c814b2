# SPDX-License-Identifier: BSD-3-Clause
"""
Questions: what a helper of the kernel asks, in plain words
===========================================================

The kernel's checks by the functions that make them.  A function that stands here is a check with
all it calls; what does not stand here is looked into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kfuncviz.model.access import MAY_EXEC, MAY_READ, MAY_WRITE
from kfuncviz.model.capability import CAP_NAMES
from kfuncviz.model.fs import Inode
from kfuncviz.model.trace import Step
from kfuncviz.model.uidgid import INVALID
from kfuncviz.scenario.why import below

_ID = "Has the id you gave a row in your user namespace?"
_OWNER = "Has the owner a number in the mount?"
_GROUP = "Has the group a number in the mount?"
_THERE = "Does the path lead somewhere?"
_FREE = "Is the name free?"
_LIST = "Can the access list be stored?"
_ATTRIBUTE = "Is it an attribute, and is it there?"


def _permission(step: Step, root: Inode | None) -> str:
    """May you read, write, search: what, of what."""
    inode, mask = step.args["inode"], step.args["mask"]
    run = "search" if inode.is_dir else "run"
    verbs = ((MAY_READ, "read"), (MAY_WRITE, "write"), (MAY_EXEC, run))
    asked = " and ".join(word for bit, word in verbs if mask & bit)
    seen = (root and below(root, inode.path)) or inode.path
    what = "the root directory" if seen == "." else seen
    return f"May you {asked} {what}?" if asked else ""


def _capability(step: Step, _: Inode | None) -> str:
    return f"Do you have {CAP_NAMES[step.args['cap']]}, and does it count here?"


Question = str | Callable[[Step, Inode | None], str]

#: The checks: of a function wherever it stands, or (``caller>function``) only inside another.
CHECKS: Mapping[str, Question] = MappingProxyType(
    {
        "may_lookup": "Is every directory on the path searchable?",
        "may_follow_link": "May you follow the symlink?",
        "inode_permission": _permission,
        "fsuidgid_has_mapping": "Can your ids be stored here?",
        "check_sticky": "Does the sticky bit let you?",
        "mnt_want_write": "May anything be written through this mount?",
        "may_linkat": "May it get another name?",
        "may_setattr": "May it be changed at all?",
        "inode_owner_or_capable": "Are you its owner, or capable over it?",
        "chown_ok": "May you give it to this owner?",
        "chgrp_ok": "May you give it to this group?",
        "vfsuid_has_fsmapping": "Can the new owner be stored?",
        "vfsgid_has_fsmapping": "Can the new group be stored?",
        "notify_change>i_uid_into_vfsuid": _OWNER,
        "notify_change>i_gid_into_vfsgid": _GROUP,
        "may_delete>i_uid_into_vfsuid": _OWNER,
        "may_delete>i_gid_into_vfsgid": _GROUP,
        "may_create_in_sticky": "May a file of others be opened in a sticky directory?",
        "chown_common>make_kuid": _ID,
        "chown_common>make_kgid": _ID,
        "vfs_mknod>capable": _capability,
        "vfs_setxattr>ns_capable": _capability,
        "vfs_removexattr>ns_capable": _capability,
        "vfs_removexattr>capable_wrt_inode_uidgid": _capability,
        "may_write_xattr": "May its attributes be written?",
        "xattr_permission": "May you touch this attribute?",
        "cap_convert_nscap": "May you give the file this capability?",
        "cap_inode_getsecurity": "Has the file a capability, and its root an id here?",
        "posix_acl_from_xattr": "Has every id of the list a row in your user namespace?",
        "posix_acl_valid": "Is it a list the kernel takes?",
        "may_decode_fh": "May you open by a handle?",
    }
)
#: What is asked by a function that refuses without any check of the above.
OWN: Mapping[str, str] = MappingProxyType(
    {
        "getname": _THERE, "user_path_at": _THERE, "filename_parentat": _THERE,
        "open_last_lookups": _THERE, "do_handle_open": _THERE,
        "filename_create": _FREE, "do_sys_open": _FREE,
        "do_unlinkat": "Is there something to remove?", "do_rmdir": "Is there something to remove?",
        "import_xattr_name": _ATTRIBUTE, "setxattr_copy": _ATTRIBUTE, "vfs_getxattr": _ATTRIBUTE,
        "vfs_setxattr": _ATTRIBUTE, "vfs_removexattr": _ATTRIBUTE,
        "vfs_get_acl": "Has it an access list?", "set_posix_acl": _LIST, "vfs_set_acl": _LIST,
        "posix_acl_xattr_count": _LIST, "may_open": "Is it something to be opened so?",
        "do_faccessat": "Is it something to be used so?",
    }
)  # fmt: skip


def question(step: Step, caller: str, root: Inode | None = None) -> str:
    """What a step asks, called by ``caller``; empty for what is no check.

    Paths are told as a mount of this ``root`` has them, or as the filesystem does.

    >>> step = Step("may_lookup", {}, {}, 0, "7.3", "fs/namei.c")
    >>> question(step, "user_path_at")
    'Is every directory on the path searchable?'
    """
    asked = CHECKS.get(step.function) or CHECKS.get(f"{caller}>{step.function}", "")
    return asked if isinstance(asked, str) else asked(step, root)


def own_question(step: Step) -> str:
    """What a function asks that refused by itself."""
    return OWN.get(step.function, "Is it something this can be done with?")


def refuses(step: Step) -> bool:
    """Whether a step's answer is a no: an error, false, no id; a true where that is the bad one."""
    if step.error is not None:
        return True
    if step.function == "HAS_UNMAPPED_ID":
        return step.result is True
    return step.result is False or (type(step.result) is int and step.result == INVALID)
