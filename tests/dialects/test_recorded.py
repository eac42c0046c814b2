# SPDX-License-Identifier: BSD-3-Clause
"""
Texts of threads against the kernel
===================================

The rows read from a text are those that were given to the kernel, and the host sees of a rootless
engine's rows what the kernel showed, or refused.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.dialects import Inexpressible, Options, convert, parse
from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.idmap import IdMap

GOLDEN: dict[str, list[dict[str, Any]]] = json.loads(
    gzip.decompress((Path(__file__).parents[1] / "data/golden.json.gz").read_bytes())
)
OCI = '{"mounts":[{"destination":"/b","uidMappings":%s,"gidMappings":%s}]}'


def oci(*rows: tuple[int, int, int]) -> str:
    objects = [dict(zip(("containerID", "hostID", "size"), row, strict=True)) for row in rows]
    return OCI % (json.dumps(objects), json.dumps(objects))


#: The beginning of a source, and the text in the tool's own syntax.
MOUNTS = {
    "util-linux PR#4613": ("x-mount.idmap", "X-mount.idmap=u:1000:0:1 g:1001:1:2 5000:1000:2"),
    "mount-idmapped#6 b:1023:1000:6": (
        "mount-idmapped", "--map-mount b:1023:1000:6 --map-mount b:1000:999:1",
    ),
    "mount-idmapped#6 b:1023:1000:1": ("mount-idmapped", "--map-mount b:1023:1000:1"),
    "crun#873": ("mount-idmapped", "--map-mount=b:1000:31000:1"),
    "crun PR#874": ("podman-idmap", "idmap=uids=1000-30000-7000;gids=1000-30000-7000"),
    "podman/crun#1803": ("podman-idmap", "uids=1000-0-1#0-1000-1;gids=1000-0-1#0-1000-1"),
    "zfs PR#14097": ("x-mount.idmap", "u:1000000:2000000:1"),
    "osbuild PR#2495": ("x-mount.idmap", "b:1000:0:10"),
    "runc idmap.bats multi1-alt": ("oci", oci((100, 101000, 100))),
    "runc idmap.bats multi3 [userns]": ("oci", oci((5000000, 103000, 1000))),
    "runc idmap.bats complicated": (
        "oci", oci((100, 101000, 1), (101, 102000, 1), (102, 103000, 1)),
    ),
}  # fmt: skip
#: The beginning of a source, the flags of rootless podman, and the lines of /etc/subuid.
ROOTLESS = {
    "podman keep-id, uid 1000": ("--userns=keep-id", "100000:65536"),
    "podman keep-id:uid=200": ("--userns=keep-id:uid=200,gid=200", "100000:65536"),
    "podman#12960": ("--uidmap 2003:0:1 --uidmap 0:1:2003 --uidmap 2004:2004:63533",
                     "100000:65536"),
    "podman --uidmap=$UID:0:1": ("--uidmap=1000:0:1", "100000:65536"),
    "podman PR#8816 split": ("--uidmap 0:0:1 --uidmap 1:1:99", "100000:65536"),
    "podman#6123 corrected": ("--uidmap 0:1:1000 --uidmap 1000:0:1 --uidmap 1001:1001:64536",
                              "1065536:65536"),
    "podman#6123 host ids": ("--uidmap 0:1065536:1000 --uidmap 1000:1000:1", "1065536:65536"),
    "podman#10422 subuid order 100000": (
        "--uidmap 0:1:65536 --uidmap 65536:0:1 --uidmap 65537:65537:1", "100000:65536 975:1",
    ),
    "distroless#1248": ("--uidmap 65532:0:1", "100000:2000"),
}  # fmt: skip


@pytest.mark.parametrize("source", MOUNTS)
def test_the_rows_are_those_the_kernel_was_given(source: str) -> None:
    name, text = MOUNTS[source]
    (map,) = parse(name, text).maps
    cases = [case for case in GOLDEN["lookups"] if case["source"].startswith(source)]
    assert cases
    for case in cases:
        assert list(map.extents("uid")) == list(IdMap(case["mount_uid_map"]))
        caller = IdMap(case["caller_map"] or "0 0 4294967295")
        there = IdMap(map.extents("uid")).down(case["on_disk"][0])
        seen = None if there is None else caller.up(there)
        assert (65534 if seen is None else seen) == case["kernel_says"][0]


@pytest.mark.parametrize("source", ROOTLESS)
def test_the_host_sees_what_the_kernel_showed(source: str) -> None:
    flags, lines = ROOTLESS[source]
    ranges = tuple(SubidRange("me", *map(int, line.split(":"))) for line in lines.split())
    options = Options(own=(1000, 1000), rootless=True, subuid=ranges, subgid=ranges)
    (case,) = (case for case in GOLDEN["nested"] if case["source"].startswith(source))
    read = parse("podman", f"podman run {flags} image", options)
    if case["init_view_or_errno"] == "EPERM":
        with pytest.raises(Inexpressible, match="is no id of the engine's own namespace"):
            convert(read, "uid_map", options)
        return
    rows = [[*map(int, line.split())] for line in convert(read, "uid_map", options).splitlines()]
    assert sorted(rows) == sorted(case["init_view_or_errno"])
