# SPDX-License-Identifier: BSD-3-Clause
"""
Examples: pastes one can start from
===================================

Each has the shape of a public thread: what was pasted, what was asked, and where.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Example(NamedTuple):
    """A paste by its title, with its question and the thread it is like."""

    title: str
    text: str
    question: str
    source: str


_ME = "me:100000:65536\nuid=1000(me) gid=1000(me)"
_EXAMPLES = (
    Example(
        "An idmapped mount shows nobody",
        "mount -o bind,X-mount.idmap=b:0:1000:1 /srv/data /mnt\n"
        "# ls -l /mnt/letter: nobody nogroup\n# ls -ln /srv/data/letter: 1000 1000",
        "Why is it nobody?", "util-linux#4608",
    ),
    Example(
        "touch: Value too large",
        "mount-idmapped --map-mount=b:1000:31000:1 /a /b\n0 30000 7000\n"
        "touch: cannot touch 'x': Value too large for defined data type",
        "", "crun#873",
    ),
    Example(
        "Rootless podman, host ids in --uidmap",
        f"{_ME}\npodman run --uidmap 0:100000:1000 --uidmap 1000:1000:1 img",
        "", "podman#6123",
    ),
    Example(
        "Whose files does the container make?",
        f"{_ME}\npodman run --user 1000 -v /data:/data img",
        "create a file in /data", "hermes-agent PR#72946",
    ),
    Example(
        "newgidmap: not allowed",
        "root:100000:65536\nroot:44:1\nuid=0(root) gid=0(root)\n"
        "newgidmap 7 0 100000 44 44 44 1 45 101045 64492",
        "", "Frigate guide for Proxmox",
    ),
    Example(
        "LXC with a hole in its groups",
        "lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 44\nlxc.idmap = g 44 44 1\n"
        "lxc.idmap = g 45 100045 920\nlxc.idmap = g 1005 1005 1\nlxc.idmap = g 1006 101006 64530",
        "chown to 0:1000", "Proxmox guide",
    ),
    Example(
        "A directory on the way",
        "0 1000 1\n1 100000 65536\ndrwx------ 3 300000 300000 4096 Jan  1 00:00 /srv/p\n"
        "-rw-r--r-- 1 1000 1000 0 Jan  1 00:00 /srv/p/child",
        "", "podman PR#29730",
    ),
    Example(
        "Only the user is mapped",
        "mount -o bind,X-mount.idmap=u:1000:0:1 /a /b\ntype ext4\nLinux 6.12\n"
        "mount: /b: mount_setattr failed: Invalid argument.",
        "a file owned by 1000", "util-linux#2175",
    ),
)  # fmt: skip
#: By a name that stays, for events and tests.
EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {example.source: example for example in _EXAMPLES}
)
