# SPDX-License-Identifier: BSD-3-Clause
"""
A scenario with something for every control
===========================================

A caller on the host, one in a container, one in a container inside it; a mount of everything and a
mount of one directory, each with a map of its own; uid and gid maps that differ.
"""

from __future__ import annotations

from typing import Any

SCENARIO: dict[str, Any] = {
    "title": "Two <mounts>",
    "notes": "the first & the second\nand no third",
    "source": "written for <tests>",
    "userns": {
        "M": {"uid_map": [[0, 100000, 65536]]},
        "N": {"uid_map": [[0, 1000, 1000]], "parent": "M"},
        "S": {"uid_map": [[1000, 5, 1]], "gid_map": [[100, 7, 1]]},
    },
    "setup": [
        {"type": "file", "path": "f", "kuid": 1000, "kgid": 100},
        {"type": "file", "path": "far", "kuid": 70000, "kgid": 70000},
        {"type": "dir", "path": "d", "kuid": 1000, "kgid": 100, "mode": "0777"},
        {"type": "file", "path": "d/g", "kuid": 1000, "kgid": 100},
    ],
    "mounts": {"m": {"userns": "M"}, "s": {"userns": "S", "subdir": "d"}, "bare": {}},
    "callers": {
        "c": {"kuid": 101000, "kgid": 100100, "userns": "M"},
        "n": {"kuid": 101500, "kgid": 101500, "userns": "N"},
        "h": {"kuid": 1000, "kgid": 100},
    },
}
