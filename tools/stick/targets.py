# SPDX-License-Identifier: BSD-3-Clause
"""
The machines a stick can be for
===============================

A target is a version of Python on a kind of machine.  It tells pip the tags of its wheels, and the
conditions of requirements.lock are asked of its environment, not of this machine's.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from packaging.markers import default_environment

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


class Platform(NamedTuple):
    """A kind of machine: the tags of the wheels it takes, and what it says of itself."""

    tags: tuple[str, ...]
    os_name: str
    sys_platform: str
    system: str
    machine: str


def _linux(machine: str) -> Platform:
    tags = (f"manylinux_2_28_{machine}", f"manylinux_2_17_{machine}", f"manylinux2014_{machine}")
    return Platform((*tags, f"manylinux_2_5_{machine}"), "posix", "linux", "Linux", machine)


#: By the name that PLATFORMS takes.  Macs with Intel's processors lack wheels of some libraries.
PLATFORMS = {
    "linux-x86_64": _linux("x86_64"),
    "linux-aarch64": _linux("aarch64"),
    "macos-arm64": Platform(("macosx_14_0_arm64",), "posix", "darwin", "Darwin", "arm64"),
    "windows-x86_64": Platform(("win_amd64",), "nt", "win32", "Windows", "AMD64"),
}


class Target(NamedTuple):
    """A version of Python (``"3.13"``) on a platform, by its name in :data:`PLATFORMS`."""

    python: str
    platform: str

    def __str__(self) -> str:
        return f"Python {self.python} on {self.platform}"

    @property
    def environment(self) -> dict[str, str]:
        """What a condition such as ``sys_platform == "win32"`` is asked of."""
        there = PLATFORMS[self.platform]
        return dict(default_environment()) | {
            "os_name": there.os_name,
            "sys_platform": there.sys_platform,
            "platform_system": there.system,
            "platform_machine": there.machine,
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
        }

    @property
    def flags(self) -> list[str]:
        """What makes pip choose the wheels of this target; nothing where it runs on one itself."""
        if self == here():
            return []
        tags = [flag for tag in PLATFORMS[self.platform].tags for flag in ("--platform", tag)]
        return ["--python-version", self.python, *tags]


def here() -> Target:
    """The target that this Python is one of, whatever the name of its platform."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    for name, there in PLATFORMS.items():
        if (there.system, there.machine) == (platform.system(), platform.machine()):
            return Target(python, name)
    known = ", ".join(PLATFORMS)
    raise ValueError(f"no stick is made on {platform.platform()}; there is: {known}")


def chosen(pythons: Iterable[str] = (), platforms: Iterable[str] = ()) -> list[Target]:
    """Every version on every platform; this one of both where none is named.

    Raises ValueError, with what there is, for a version or platform there is not.

    >>> [str(target) for target in chosen(["3.12", "3.13"], ["windows-x86_64"])]
    ['Python 3.12 on windows-x86_64', 'Python 3.13 on windows-x86_64']
    """
    pythons, platforms = [*pythons], [*platforms]
    for name, known in [(p, PYTHONS) for p in pythons] + [(p, PLATFORMS) for p in platforms]:
        if name not in known:
            raise ValueError(f"{name!r} is none of {', '.join(known)}")
    if not (pythons and platforms):
        this = here()
        pythons, platforms = pythons or [this.python], platforms or [this.platform]
    return [Target(*pair) for pair in product(pythons, platforms)]
