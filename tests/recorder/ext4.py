# SPDX-License-Identifier: BSD-3-Clause
"""
An ext4 of one's own, on a loop device
======================================

A small image without a journal is made once and copied for every scenario.  The device goes when
nobody has it open or mounted any more.  An inode may be left without owner or group on it, which
no system call does: the number 4294967295 is written to the disk, and the kernel reads that it is
no id.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from errno import EBUSY
from functools import cache
from pathlib import Path
from typing import Any

from kfuncviz.model.uidgid import INVALID
from tests.recorder import syscalls as sys

_LOOP_CONFIGURE, _LOOP_CTL_GET_FREE, _AUTOCLEAR = 0x4C0A, 0x4C82, 4
_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@cache
def template() -> bytes:
    """The image."""
    options = ["-O", "^has_journal,^metadata_csum,^resize_inode", "-b", "1024", "-N", "256"]
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image"
        image.write_bytes(bytes(3 << 20))
        subprocess.run(["mkfs.ext4", "-q", *options, image], check=True, **_QUIET)
        subprocess.run(["debugfs", "-w", "-R", "rmdir lost+found", image], check=True, **_QUIET)
        return image.read_bytes()


class Ext4:
    """A copy of the image, mounted on a directory of the current mount namespace."""

    def __init__(self, image: str, at: str) -> None:
        self.at = at
        with open(image, "wb") as file:
            file.write(template())
        self._loop = _attach(image)
        self.mount()

    def mount(self) -> None:
        """Mount it."""
        sys.mount(os.readlink(f"/proc/self/fd/{self._loop}"), self.at, "ext4", 0)

    def disown(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Leave inodes without the ids that an entry says are -1; the filesystem is unmounted."""
        device = os.readlink(f"/proc/self/fd/{self._loop}")
        commands = [
            f"set_inode_field /{entry['path']} {field} {INVALID}\n"
            for entry in entries
            for key, field in (("kuid", "uid"), ("kgid", "gid"))
            if entry.get(key) == -1
        ]
        text = "".join(commands).encode()
        subprocess.run(["debugfs", "-w", "-f", "-", device], check=True, input=text, **_QUIET)


def _attach(image: str) -> int:
    """A free loop device with a file behind it."""
    backing = os.open(image, os.O_RDWR | os.O_CLOEXEC)
    config = struct.pack("2I", backing, 0) + struct.pack("52xI", _AUTOCLEAR)
    control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
    try:
        while True:
            number = fcntl.ioctl(control, _LOOP_CTL_GET_FREE)
            loop = os.open(f"/dev/loop{number}", os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.ioctl(loop, _LOOP_CONFIGURE, config.ljust(304, b"\0"))
            except OSError as error:
                os.close(loop)
                if error.errno != EBUSY:
                    raise
            else:
                return loop
    finally:
        os.close(control)
        os.close(backing)
