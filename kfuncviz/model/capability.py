# SPDX-License-Identifier: BSD-3-Clause
"""
Capabilities
============

Capability sets are bit masks, as in the kernel; names and numbers follow
``include/uapi/linux/capability.h``.  Whether a task *has* a capability over a user namespace is
:func:`kfuncviz.model.cred.ns_capable`.
"""

from __future__ import annotations

from collections.abc import Iterable

_WORDS = (
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
    "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW",
    "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT",
    "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD",
    "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG",
    "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
)  # fmt: skip
#: The number of a capability.
Cap = int

CAP_NAMES = tuple(f"CAP_{word}" for word in _WORDS)
CAP_NUMBERS = {name: number for number, name in enumerate(CAP_NAMES)}

CAP_CHOWN = 0
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_FOWNER = 3
CAP_FSETID = 4
CAP_SETGID = 6
CAP_SETUID = 7
CAP_SYS_ADMIN = 21
CAP_SYS_RESOURCE = 24
CAP_MKNOD = 27
CAP_SETFCAP = 31

#: Every capability this kernel knows.
CAP_FULL_SET = (1 << len(CAP_NAMES)) - 1
#: Those that follow the filesystem uid: include/linux/capability.h, CAP_FS_SET.
CAP_FS_SET = sum(
    1 << CAP_NUMBERS[f"CAP_{word}"]
    for word in ("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID",
                 "LINUX_IMMUTABLE", "MKNOD", "MAC_OVERRIDE")
)  # fmt: skip


def cap_mask(names: str | Iterable[str]) -> int:
    """The mask for ``"all"``, ``"none"``, ``"-CAP_FSETID,CAP_CHOWN"`` (all but) or a list.

    Raises ``ValueError`` naming an unknown capability.

    >>> cap_mask(["CAP_CHOWN", "CAP_FOWNER"])
    9
    >>> cap_mask("-CAP_CHOWN") == CAP_FULL_SET & ~1
    True
    """
    if names == "all":
        return CAP_FULL_SET
    if names == "none":
        return 0
    if isinstance(names, str):
        if not names.startswith("-"):
            raise ValueError(f"{names!r} is not 'all', 'none', '-CAP_...' or a list of names")
        return CAP_FULL_SET & ~cap_mask(names[1:].split(","))
    mask = 0
    for name in names:
        if name not in CAP_NUMBERS:
            raise ValueError(f"unknown capability {name!r}")
        mask |= 1 << CAP_NUMBERS[name]
    return mask
