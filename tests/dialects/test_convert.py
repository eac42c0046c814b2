# SPDX-License-Identifier: BSD-3-Clause
"""
From one dialect to another
===========================

Whatever map a dialect can say, another reads back as the same ids; what it cannot say is refused
with the reason.  Ids are compared one by one, not rows.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.dialects import (
    Inexpressible,
    Map,
    Options,
    Parsed,
    Row,
    convert,
    echo,
    known,
    parse,
)
from kfuncviz.dialects.convert import seamless
from kfuncviz.dialects.intermediate import engine_rows, through
from kfuncviz.dialects.parsed import KINDS
from kfuncviz.dialects.podman import without
from kfuncviz.dialects.scenario import fragments
from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.idmap import Extent, IdMap

#: Dialects that can say any rows of a namespace, or of a mount.
NAMESPACES = (
    "proc", "unshare", "oci", "lxc", "lxc-usernsexec", "fuidshift", "podman", "cri",
    "incus-volatile", "containerd", "storage.conf", "libvirt", "virtiofsd", "scenario",
)  # fmt: skip
MOUNTS = (
    "proc", "statmount", "x-mount.idmap", "mount", "mount-idmapped", "oci", "podman",
    "podman-idmap", "virtiofsd", "scenario",
)  # fmt: skip
ME = Options(
    own=(1000, 1000), user="me", rootless=True,
    subuid=(SubidRange("me", 100000, 65536),), subgid=(SubidRange("me", 100000, 65536),),
)  # fmt: skip


#: One row of a container, and one of a mount, as config.json has them.
OCI_NAMESPACE = """\
{
  "linux": {
    "namespaces": [
      {
        "type": "user"
      }
    ],
    "uidMappings": [
      {
        "containerID": 0,
        "hostID": 5,
        "size": 1
      }
    ],
    "gidMappings": [
      {
        "containerID": 0,
        "hostID": 5,
        "size": 1
      }
    ]
  }
}
"""
OCI_MOUNT = """\
{
  "mounts": [
    {
      "destination": "/DST",
      "type": "bind",
      "source": "/SRC",
      "options": [
        "bind"
      ],
      "uidMappings": [
        {
          "containerID": 1,
          "hostID": 2,
          "size": 1
        }
      ],
      "gidMappings": [
        {
          "containerID": 1,
          "hostID": 2,
          "size": 1
        }
      ]
    }
  ]
}
"""


def isolated(base: int, size: int, *rows: str) -> str:
    """The configuration of an instance of incus with a map of its own."""
    return (
        f'config:\n  security.idmap.isolated: "true"\n  security.idmap.base: "{base}"\n'
        f'  security.idmap.size: "{size}"\n  raw.idmap: |-\n'
        + "".join(f"    {row}\n" for row in rows)
    )


@st.composite
def extents(draw: st.DrawFn) -> tuple[Extent, ...]:
    """Rows without an overlap on either side, the outer ones in any order."""
    counts = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    gaps = st.lists(st.integers(0, 5), min_size=len(counts), max_size=len(counts))
    starts: list[list[int]] = []
    for order in (range(len(counts)), draw(st.permutations(range(len(counts))))):
        at, column = 0, [0] * len(counts)
        for index, gap in zip(order, draw(gaps), strict=True):
            column[index] = at + gap
            at += gap + counts[index]
        starts.append(column)
    return tuple(Extent(*row) for row in zip(*starts, counts, strict=True))


def pairs(rows: tuple[Extent, ...]) -> set[tuple[int, int]]:
    return {(e.first + n, e.lower_first + n) for e in rows for n in range(e.count)}


def made(sort: str, uids: tuple[Extent, ...], gids: tuple[Extent, ...]) -> Parsed:
    rows = [Row(kind, row) for kind, each in zip(KINDS, (uids, gids), strict=True) for row in each]
    return Parsed("made", (Map(sort, "it", tuple(rows)),))  # type: ignore[arg-type]


@pytest.mark.parametrize(("sort", "names"), [("namespace", NAMESPACES), ("mount", MOUNTS)])
@settings(max_examples=12)
@given(uids=extents(), gids=extents(), same=st.booleans())
def test_what_is_written_is_read_back_as_the_same_ids(
    sort: str,
    names: tuple[str, ...],
    uids: tuple[Extent, ...],
    gids: tuple[Extent, ...],
    same: bool,
) -> None:
    told = made(sort, uids, uids if same else gids)
    options = Options(attached=sort == "mount")
    for name in names:
        text = convert(told, name, options)
        (again,) = parse(name, text, options).maps
        assert again.sort == sort, name
        for kind in KINDS:
            assert pairs(again.extents(kind)) == pairs(told.maps[0].extents(kind)), name


@settings(max_examples=20)
@given(rows=extents())
def test_one_kind_alone_goes_where_there_is_a_word_for_it(rows: tuple[Extent, ...]) -> None:
    told = made("namespace", rows, ())
    for name in ("uid_map", "proc", "lxc", "podman", "unshare", "newuidmap", "storage.conf"):
        options = Options(own=(0, 0), subuid=(SubidRange("0", 0, 100),))
        (again,) = parse(name, convert(told, name, options), options).maps
        assert pairs(again.extents("uid")) == pairs(rows), name
        assert not again.extents("gid")
    for name in ("oci", "cri", "libvirt", "gid_map", "nspawn"):
        with pytest.raises(Inexpressible, match="gid"):
            convert(told, name)


@pytest.mark.parametrize(
    ("source", "text", "to", "written"),
    [
        ("lxc", "u 0 100000 65536\ng 0 100000 65536", "proc", "0 100000 65536\n"),
        ("lxc", "u 0 5 1\ng 0 6 1", "proc", "/proc/PID/uid_map:0 5 1\n/proc/PID/gid_map:0 6 1\n"),
        ("lxc", "u 0 5 1\ng 0 6 1", "gid_map", "0 6 1\n"),
        ("proc", "0 5 1", "lxc", "lxc.idmap = u 0 5 1\nlxc.idmap = g 0 5 1\n"),
        ("proc", "0 5 1", "lxc-usernsexec", "lxc-usernsexec -m b:0:5:1 -- COMMAND\n"),
        ("proc", "0 5 1", "fuidshift", "fuidshift PATH b:0:5:1\n"),
        ("lxc", "u 0 5 1\ng 0 6 1", "fuidshift", "fuidshift PATH u:0:5:1 g:0:6:1\n"),
        ("proc", "0 5 1", "unshare", "unshare --map-users=0:5:1 --map-groups=0:5:1\n"),
        ("proc", "0 5 1", "podman", "podman run --uidmap 0:5:1 --gidmap 0:5:1 IMAGE\n"),
        ("lxc", "g 0 5 1", "podman", "podman run --gidmap g0:5:1 IMAGE\n"),
        ("proc", "0 5 1", "containerd", "ctr run --uidmap 0:5:1 --gidmap 0:5:1 IMAGE NAME\n"),
        ("proc", "0 5 1", "storage.conf", 'remap-uids = "0:5:1"\nremap-gids = "0:5:1"\n'),
        ("proc", "0 5 1", "virtiofsd", "virtiofsd --uid-map :0:5:1: --gid-map :0:5:1:\n"),
        ("proc", "0 5 1", "libvirt", ('<idmap>\n  <uid start="0" target="5" count="1"/>\n'
         '  <gid start="0" target="5" count="1"/>\n</idmap>\n')),
        ("proc", "0 5 1", "cri", ('{"mode": "POD", "uids": [{"host_id": 5, "container_id": 0, '
         '"length": 1}], "gids": [{"host_id": 5, "container_id": 0, "length": 1}]}\n')),
        ("proc", "0 5 1", "incus-volatile", ('[{"Isuid": true, "Isgid": true, "Hostid": 5, '
         '"Nsid": 0, "Maprange": 1}]\n')),
        ("proc", "0 5 65536", "nspawn", "--private-users=5\n"),
        ("proc", "0 5 7", "nspawn", "--private-users=5:7\n"),
        ("incus", "both 1000 1000", "incus", ('config:\n  security.idmap.isolated: "false"\n'
         "  raw.idmap: |-\n    both 1000 1000\n")),
        ("proc", "0 100000 65536", "incus", ('config:\n  security.idmap.isolated: "true"\n'
         '  security.idmap.base: "100000"\n  security.idmap.size: "65536"\n')),
        ("incus", "gid 50-60 500-510\nuid 7 8", "incus",
         ('config:\n  security.idmap.isolated: "false"\n'
         "  raw.idmap: |-\n    uid 7 8\n    gid 50-60 500-510\n")),
        ("rootlesskit", "newuidmap 5 [0 1000 1 1 100000 65536]", "rootlesskit",
         "newuidmap PID [0 1000 1 1 100000 65536]\n"),
        ("x-mount.idmap", "b:1000:0:1", "mount-idmapped",
         "mount-idmapped --map-mount b:1000:0:1 SRC DST\n"),
        ("x-mount.idmap", "u:1000:0:1 g:7:8:9", "mount",
         "mount --bind --map-users 1000:0:1 --map-groups 7:8:9 SRC DST\n"),
        ("mount-idmapped", "--map-mount=b:1:2:3", "x-mount.idmap", "X-mount.idmap=b:1:2:3\n"),
        ("x-mount.idmap", "b:1000:0:1 b:0:1000:1", "podman-idmap",
         "idmap=uids=1000-0-1#0-1000-1;gids=1000-0-1#0-1000-1\n"),
        ("x-mount.idmap", "b:1:2:1", "podman", ("podman run -v SRC:DST:idmap=uids=1-2-1;gids=1-2-1 "
         "IMAGE\n")),
        ("x-mount.idmap", "b:1:2:1", "virtiofsd",
         "virtiofsd --translate-uid=map:2:1:1 --translate-gid=map:2:1:1\n"),
        ("x-mount.idmap", "b:1:2:1", "statmount", "mnt_uidmap: 1 2 1\\0\nmnt_gidmap: 1 2 1\\0\n"),
        ("x-mount.idmap", "u:1:2:1 g:3:4:1", "multipass",
         "multipass mount -u 1:2 -g 3:4 SRC INSTANCE:DST\n"),
        ("x-mount.idmap", "u:1:2:1 g:3:4:1", "bindfs", "bindfs --map=1/2:@3/@4 SRC DST\n"),
        ("homed", "uid: 60001", "homed", "uid: 60001\ngid: 60001\n"),
        ("subuid", "a:5:6\nb:7:8", "subgid", "a:5:6\nb:7:8\n"),
        ("subuid", "a:5:6", "getsubids", "0: a 5 6\n"),
        ("proc", "0 5 1\n1 7 2", "kep-table",
         "| Host | Pod | Count |\n|---|---|---|\n| 5 | 0 | 1 |\n| 7 | 1 | 2 |\n"),
        ("lxc", "u 0 5 1\ng 0 6 2", "incus-volatile",
         ('[{"Isuid": true, "Isgid": false, "Hostid": 5, "Nsid": 0, "Maprange": 1}, '
          '{"Isuid": false, "Isgid": true, "Hostid": 6, "Nsid": 0, "Maprange": 2}]\n')),
        ("lxc", "u 0 5 1\nu 1 7 1\ng 0 6 1", "storage.conf",
         'remap-uids = "0:5:1,1:7:1"\nremap-gids = "0:6:1"\n'),
        ("x-mount.idmap", "b:1:2:1 b:2:4:1", "x-mount.idmap", "X-mount.idmap=b:1:2:1 b:2:4:1\n"),
        ("x-mount.idmap", "b:1:2:1 b:2:4:1", "statmount",
         "mnt_uidmap: 1 2 1\\02 4 1\\0\nmnt_gidmap: 1 2 1\\02 4 1\\0\n"),
        ("x-mount.idmap", "u:1:2:1 u:2:4:1 g:3:4:1", "multipass",
         "multipass mount -u 1:2 -u 2:4 -g 3:4 SRC INSTANCE:DST\n"),
        ("x-mount.idmap", "u:1:2:1 u:2:4:1", "bindfs", "bindfs --map=1/2:2/4 SRC DST\n"),
        # The base is that of the most ids; the rest are rows of their own.
        ("proc", "0 100 5\n5 1000 50", "incus", isolated(995, 55, "both 100-104 0-4")),
        ("proc", "0 100 3\n3 1000 5\n8 108 3", "incus", isolated(100, 11, "both 1000-1004 3-7")),
        ("proc", "0 0 50\n50 1000 5", "incus", isolated(0, 55, "both 1000-1004 50-54")),
        ("proc", "0 1000 5\n5 0 50", "incus",
         isolated(0, 55, "both 1000-1004 0-4", "both 0-49 5-54")),
        ("subuid", "a:5:6\nb:7:8", "getsubids", "0: a 5 6\n1: b 7 8\n"),
        ("proc", "0 5 1", "oci", OCI_NAMESPACE),
        ("x-mount.idmap", "b:1:2:1", "oci", OCI_MOUNT),
        ("oci", '{"uidMappings":[{"containerID":0,"hostID":5,"size":1}]}', "scenario",
         "userns:\n  container:\n    uid_map: [[0, 5, 1]]\n    gid_map: null\n"),
    ],
)  # fmt: skip
def test_a_dialect_is_written_like_this(source: str, text: str, to: str, written: str) -> None:
    read = parse(source, text)
    if to == "scenario":
        assert parse(to, convert(read, to)).maps[0].rows == tuple(
            row._replace(where=again.where)
            for row, again in zip(read.maps[0].rows, parse(to, written).maps[0].rows, strict=True)
        )
    else:
        assert convert(read, to) == written


@pytest.mark.parametrize(
    ("source", "text", "to", "reason"),
    [
        ("x-mount.idmap", "b:1000:0:1", "lxc", ("lxc.idmap describes a user namespace, and these "
         "rows are a mount's")),
        ("lxc", "u 0 5 1\ng 0 5 1", "x-mount.idmap", ("X-mount.idmap describes a mount, and these "
         "rows are a user namespace's; attached to a mount they would be: --attached")),
        ("subuid", "a:5:6", "proc", "a map file needs rows, and a range of /etc/subuid is none"),
        ("kubernetes", "kind: Pod\n", "oci", "config.json needs rows, and the text gives none"),
        ("proc", "0 5 1", "kubernetes", "a pod says hostUsers: false and no rows"),
        ("proc", "0 5 1", "compose", "a compose file has no rows"),
        ("proc", "0 5 1", "devcontainer", "devcontainer.json has no rows of its own"),
        ("proc", "0 5 1", "subuid", "subuid names an owner, and the text does not: --user NAME"),
        ("x-mount.idmap", "b:0:5:1", "subgid", "the text has 0 user namespaces whose outside"),
        ("proc", "5 5 1", "docker-remap", "without a gap; there is no row for 0"),
        ("proc", "0 5 1", "docker-remap", "userns-remap names a user of /etc/subuid: --user NAME"),
        ("proc", "0 5 1\n7 7 1", "nspawn", ("one row from container 0 on, the same for uids and "
         "gids; there are 2 and 2, the first from 0 on")),
        ("proc", "1 5 1", "nspawn", "there are 1 and 1, the first from 1 on"),
        ("lxc", "u 0 5 1\ng 0 6 1", "nspawn", "there are 1 and 1, the first from 0 on"),
        ("proc", "0 5 2", "rootlesskit", "rootlesskit maps container 0 to whoever runs it, alone"),
        ("proc", "1 5 1", "rootlesskit", "rootlesskit maps container 0 to whoever runs it, alone"),
        ("lxc", "u 0 5 1\ng 0 6 1", "rootlesskit", "is of uids or of gids, not of both"),
        ("proc", "0 5 1", "bubblewrap", "bwrap maps one uid alone, that of whoever runs it"),
        ("proc", "0 1000000 1000\n5000 1005000 1", "incus", "incus has no words for these rows"),
        ("x-mount.idmap", "b:1:2:3", "multipass", ("a row ties 3 from 1 = 2 on")),
        ("x-mount.idmap", "b:1:2:3", "bindfs", "maps one uid at a time, and a row ties 3"),
        ("x-mount.idmap", "b:1:2:2", "bindfs", "maps one uid at a time, and a row ties 2"),
        ("x-mount.idmap", "b:1:2:2", "multipass",
         "multipass maps one uid at a time, and a row ties 2 from 1 = 2 on"),
        ("x-mount.idmap", "u:65534:60001:1 g:1:2:1", "homed", "and no row begins there"),
        ("lxc", "u 0 5 1\ng 0 6 1", "kep-table",
         "a table has one row for uids and gids alike, and these differ"),
        ("lxc", "u 5 5 1\ng 0 5 1", "docker-remap", "there is no row for 0"),
        ("lxc", "u 0 5 3\ng 0 5 3\ng 4 50 1", "docker-remap", "there is no row for 3"),
        ("x-mount.idmap", "b:1:2:3", "homed", "stores its owner as 65534, and no row begins there"),
        ("x-mount.idmap", "b:65534:60001:1", "homed", "homed has no words for these rows"),
        ("x-mount.idmap", "u:1:2:3", "podman-idmap", "needs uids and gids, and there are no gids"),
        ("proc", "0 5 1", "newuidmap", ""),
        ("lxc", "lxc.idmap = u 0 5", "proc", "what was read is not sound: line 1 column 15: "),
        ("mount-idmapped", "--map-mount b:0:1:1 --map-caller b:0:5:1", "lxc-usernsexec", ""),
        ("oci", ('{"mounts":[{"destination":"/a","options":["idmap"]},{"destination":"/b",'
         '"options":["idmap"]}],"uidMappings":[{"containerID":0,"hostID":5,"size":1}],"gidMappings":['
         '{"containerID":0,"hostID":5,"size":1}]}'), "mount",
         "mount --map-users holds one map, and there are 2: mounts[0] /a, mounts[1] /b"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(source: str, text: str, to: str, reason: str) -> None:
    if not reason:
        assert convert(parse(source, text), to)
        return
    with pytest.raises(Inexpressible) as error:
        convert(parse(source, text), to)
    assert reason in str(error.value)


#: What a dialect of one sort calls itself where it refuses; those of the second need both kinds.
CALLED = {
    "namespace": {
        "newuidmap": "newuidmap", "newgidmap": "newgidmap", "unshare": "unshare",
        "lxc": "lxc.idmap", "lxc-usernsexec": "lxc-usernsexec", "fuidshift": "fuidshift",
        "incus": "raw.idmap", "incus-volatile": "volatile.idmap", "containerd": "ctr",
        "storage.conf": "storage.conf",
    },
    "namespace of both": {
        "docker-remap": "userns-remap", "rootlesskit": "rootlesskit", "nspawn": "--private-users",
        "cri": "the CRI", "kep-table": "a table", "bubblewrap": "bwrap", "libvirt": "libvirt",
    },
    "mount": {
        "x-mount.idmap": "X-mount.idmap", "mount": "mount --map-users",
        "mount-idmapped": "mount-idmapped", "multipass": "multipass", "bindfs": "bindfs",
        "statmount": "statmount",
    },
    "mount of both": {"podman-idmap": "idmap of a volume", "homed": "a home of homed"},
    "either": {
        "proc": "a map file", "uid_map": "uid_map", "gid_map": "gid_map", "podman": "podman",
        "virtiofsd": "virtiofsd",
    },
    "either of both": {"oci": "config.json"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "name", "called"),
    [(sort, *item) for sort, names in CALLED.items() for item in names.items()],
)
def test_a_refusal_is_a_whole_sentence(sort: str, name: str, called: str) -> None:
    def refused(parsed: Parsed) -> str:
        with pytest.raises(Inexpressible) as error:
            convert(parsed, name, Options(own=(7, 8)))
        return str(error.value)

    one = Extent(0, 5, 1)
    assert refused(Parsed("made")) == f"{called} needs rows, and the text gives none"
    assert refused(parse("subuid", "a:5:6")) == (
        f"{called} needs rows, and a range of /etc/subuid is none: which ids it gets inside, the "
        "tool that uses it decides (--from docker-remap or rootlesskit, with --subuid)"
    )
    kind = "namespace" if sort.startswith("either") else sort.partition(" ")[0]
    two = tuple(replace(made(kind, (one,), (one,)).maps[0], of=of) for of in "ABCDEF")
    assert refused(Parsed("made", two)) == (
        f"{called} holds one map, and there are 6: A, B, C, D, E"
    )
    if sort.startswith("namespace"):
        assert refused(made("mount", (one,), (one,))) == (
            f"{called} describes a user namespace, and these rows are a mount's: disk and mount "
            "are not inside and outside"
        )
    if sort.startswith("mount"):
        assert refused(made("namespace", (one,), (one,))) == (
            f"{called} describes a mount, and these rows are a user namespace's; attached to a "
            "mount they would be: --attached"
        )
    for lacks, uids, gids in (("uid", (), (one,)), ("gid", (one,), ())):
        alone = made(kind, uids, gids)  # type: ignore[arg-type]
        if name == "podman-idmap":
            assert refused(alone) == f"{called} needs uids and gids, and there are no {lacks}s"
        elif sort.endswith("both"):
            assert refused(alone) == (
                f"{called} needs rows for uids and gids, and there are no {lacks}s"
            )
        elif name in {f"{lacks}_map", f"new{lacks}map"} or (name, lacks) == ("statmount", "uid"):
            assert refused(alone) == f"{called} holds {lacks}s, and there are no rows for them"


def test_the_container_s_map_can_be_attached_to_a_mount() -> None:
    told = parse("lxc", "u 0 100000 65536\ng 0 100000 65536")
    assert convert(told, "x-mount.idmap", Options(attached=True)) == (
        "X-mount.idmap=b:0:100000:65536\n"
    )


def test_ranges_that_a_map_needs() -> None:
    told = parse("rootlesskit", "newuidmap 5 [0 1000 1 1 100000 65536]")
    assert convert(told, "subuid", ME) == "me:100000:65536\n"
    assert convert(told, "subgid", Options(user="me")) == "me:1000:1\nme:100000:65536\n"
    me = Options(user="me", own=(5, 1000))
    assert convert(told, "subgid", me) == "me:100000:65536\n"
    assert convert(told, "getsubids", me) == "0: me 1000 1\n1: me 100000 65536\n"
    with pytest.raises(Inexpressible, match="subuid names an owner, and the text does not: --user"):
        convert(told, "subuid", Options(own=(1000, 1000)))
    for kind in ("uid", "gid"):
        alone = parse("gid_map" if kind == "uid" else "uid_map", "0 5 1")
        with pytest.raises(Inexpressible, match=f"^sub{kind} holds {kind}s, and there are no rows"):
            convert(alone, f"sub{kind}", me)


def test_docker_s_remap_asks_for_the_lines_it_needs() -> None:
    told = parse("proc", "0 100000 65536")
    assert convert(told, "docker-remap", ME) == '{"userns-remap": "me"}\n'
    with pytest.raises(Inexpressible, match="/etc/subuid has to hold me:5:7 for it"):
        convert(parse("proc", "0 5 7"), "docker-remap", ME)
    rows = parse("proc", "5 105 5\n0 200 5")
    with pytest.raises(Inexpressible, match="/etc/subuid has to hold me:200:5, me:105:5 for it"):
        convert(rows, "docker-remap", ME)
    both = (SubidRange("me", 200, 5), SubidRange("me", 105, 5))
    remap = convert(rows, "docker-remap", Options(user="me", subuid=both, subgid=both))
    assert remap == '{"userns-remap": "me"}\n'


def test_newuidmap_is_asked_whether_it_would() -> None:
    told = parse("proc", "0 1000 1\n1 100000 65536")
    assert convert(told, "newuidmap", ME) == "newuidmap PID 0 1000 1 1 100000 65536\n"
    with pytest.raises(Inexpressible, match=r"newuidmap would not take it: .*\[99999-100001\) not"):
        convert(parse("proc", "0 99999 2"), "newuidmap", ME)


def test_a_sandbox_of_one() -> None:
    assert convert(parse("proc", "5 1000 1"), "bubblewrap", ME) == (
        "bwrap --unshare-user --uid 5 --gid 5 COMMAND\n"
    )
    with pytest.raises(Inexpressible, match="bwrap maps one uid alone, that of whoever runs it"):
        convert(parse("proc", "5 1000 1\n6 2000 1"), "bubblewrap", ME)


def test_between_engine_and_host() -> None:
    keep = parse("podman", "podman run --userns=keep-id", ME)
    assert convert(keep, "proc", ME) == "0 100000 1000\n1000 1000 1\n1001 101000 64536\n"
    assert convert(keep, "podman", ME) == (
        "podman run --uidmap 0:1:1000 --uidmap 1000:0:1 --uidmap 1001:1001:64536 "
        "--gidmap 0:1:1000 --gidmap 1000:0:1 --gidmap 1001:1001:64536 IMAGE\n"
    )
    on_host = parse("lxc", "u 0 100000 5\ng 0 100000 5")
    assert convert(on_host, "podman", ME) == (
        "podman run --uidmap 0:@100000:5 --gidmap 0:@100000:5 IMAGE\n"
    )
    scenario = convert(keep, "scenario", ME)
    assert "parent: engine" in scenario
    assert "engine:" in scenario
    flat = convert(keep, "scenario", Options())
    assert "engine" not in flat
    assert "[1000, 1000, 1]" in flat
    beside = replace(keep, maps=(*keep.maps, replace(keep.maps[0], of="it", outside="host")))
    spaces = fragments(beside)["userns"]
    assert [spaces[name].get("parent") for name in spaces] == [None, "engine", None]
    unknown = parse("podman", "podman run --uidmap 0:1:5", Options(rootless=True))
    assert fragments(unknown) == {"userns": {"container": {"uid_map": [[0, 1, 5]]}}}
    with pytest.raises(Inexpressible, match="counts in ids of the engine's own namespace"):
        convert(unknown, "scenario", Options(rootless=True))
    with pytest.raises(Inexpressible, match=r"podman would not take it: .*no row that holds host"):
        convert(parse("proc", "0 7 1"), "podman", ME)


def test_the_host_s_ids_are_not_guessed() -> None:
    told = parse("podman", "podman run --uidmap 0:1:5", Options(rootless=True))
    with pytest.raises(Inexpressible) as error:
        convert(told, "lxc")
    assert str(error.value) == (
        "the container counts in ids of the engine's own namespace; what they are on the host, "
        "--self and --subuid say"
    )
    beyond = parse("podman", "podman run --uidmap 0:70000:5", ME)
    with pytest.raises(Inexpressible, match="uid 70000 is no id of the engine's own namespace"):
        convert(beyond, "lxc", ME)


@given(rows=extents(), other=st.tuples(*[st.integers(0, 40)] * 2, st.integers(1, 12)))
def test_a_row_over_others_leaves_what_it_does_not_touch(
    rows: tuple[Extent, ...], other: tuple[int, int, int]
) -> None:
    over = Extent(*other)
    for row in rows:
        left = list(without(row, over))
        kept = {
            (id, below) for id, below in pairs((row,))
            if not 0 <= id - over.first < over.count
            and not 0 <= below - over.lower_first < over.count
        }  # fmt: skip
        assert pairs(tuple(left)) == kept
        assert sum(piece.count for piece in left) == len(kept)
        assert all(piece.count > 0 for piece in left)


@given(rows=extents())
def test_rows_that_go_on_become_one(rows: tuple[Extent, ...]) -> None:
    joined = seamless(rows)
    assert pairs(tuple(joined)) == pairs(rows)
    assert joined == seamless(Extent(id, below, 1) for id, below in pairs(rows))
    distances = {id: below - id for id, below in pairs(rows)}
    begins = [id for id in sorted(distances) if distances.get(id - 1) != distances[id]]
    assert [row.first for row in joined] == begins


@pytest.mark.parametrize(
    ("own", "user", "ranges"),
    [
        ((7, 8), None, "7:1:1"), ((7, 8), "me", "me:5:5 7:1:1"), (None, "me", "me:5:5"),
        (None, None, "me:5:5 7:1:1 8:2:2"), ((9, 8), None, "me:5:5 7:1:1 8:2:2"),
        ((9, 8), "you", ""), (None, "you", ""),
    ],
)  # fmt: skip
def test_ranges_are_theirs_by_name_or_uid_or_else_everybodys(
    own: tuple[int, int] | None, user: str | None, ranges: str
) -> None:
    lines = tuple(SubidRange(*each) for each in (("me", 5, 5), ("7", 1, 1), ("8", 2, 2)))
    uids = Options(own=own, user=user, subuid=lines)
    gids = Options(own=own, user=user, subgid=lines)
    for found in (uids.ranges("uid"), gids.ranges("gid")):
        assert " ".join(":".join(map(str, each)) for each in found) == ranges
    assert uids.ranges("gid") == gids.ranges("uid") == []


def test_odd_readings_are_of_the_text_that_was_read_alone() -> None:
    manual = Options(manual=True)
    told = parse("x-mount.idmap", "b:5:7:1", manual)
    assert convert(told, "x-mount.idmap", manual) == "X-mount.idmap=b:7:5:1\n"
    crun = Options(crun=(1, 8))
    told = parse("podman-idmap", "uids=5-7-1;gids=5-7-1", crun)
    assert convert(told, "podman-idmap", crun) == "idmap=uids=7-5-1;gids=7-5-1\n"


def test_a_scenario_s_parent_of_one_kind_is_enough_for_that_kind() -> None:
    engine = "E: {uid_map: [[0, 1000, 9]], gid_map: null}"
    inner = "C: {uid_map: [[5, 1, 2]], gid_map: null, parent: E}"
    assert convert(parse("scenario", f"userns: {{{engine}, {inner}}}"), "uid_map") == "5 1001 2\n"


def test_a_mount_s_namespace_can_be_a_parent_too() -> None:
    text = "userns: {A: {uid_map: [[0, 9, 1]]}, B: {uid_map: [[0, 0, 1]], parent: A}}\n"
    read = parse("scenario", f"{text}mounts: {{m: {{userns: A}}}}")
    assert [row[:2] for row in read.intermediate] == [(kind, (0, 9, 1)) for kind in KINDS]


@given(rows=extents(), below=extents())
def test_three_columns_are_what_two_maps_say(
    rows: tuple[Extent, ...], below: tuple[Extent, ...]
) -> None:
    engine_map, container = IdMap(below), IdMap(rows)
    triples = through(rows, engine_map)
    assert sum(triple.count for triple in triples) == sum(row.count for row in rows)
    for inside, middle, host, count in triples:
        for n in range(count):
            assert container.down(inside + n) == middle + n
            assert engine_map.down(middle + n) == (None if host is None else host + n)


@pytest.mark.parametrize(
    ("own", "rows", "skipped"),
    [
        (5, [(0, 5, 1), (1, 5, 3)], [(0, 5, 1), (1, 6, 2)]),
        (7, [(0, 7, 1), (1, 5, 3)], [(0, 7, 1), (1, 5, 2)]),
        (8, [(0, 8, 1), (1, 5, 3)], [(0, 8, 1), (1, 5, 3)]),
        (4, [(0, 4, 1), (1, 5, 3)], [(0, 4, 1), (1, 5, 3)]),
    ],
)
def test_an_own_id_within_the_own_range(
    own: int, rows: list[tuple[int, ...]], skipped: list[tuple[int, ...]]
) -> None:
    ranges = [SubidRange("me", 5, 3)]
    assert [tuple(row) for row in engine_rows(own, ranges)] == rows
    assert [tuple(row) for row in engine_rows(own, ranges, skip=True)] == skipped


def test_every_dialect_says_what_it_follows() -> None:
    assert all(each.name == name and each.columns and each.source for name, each in known().items())
    with pytest.raises(ValueError, match="no dialect 'pod', did you mean 'podman'"):
        convert(Parsed("it"), "pod")


def test_rows_that_go_on_are_the_same_as_one() -> None:
    told = parse("proc", "0 1000000 5\n5 1000005 999999995")
    assert convert(told, "incus") == 'config:\n  security.idmap.isolated: "false"\n'
    assert convert(parse("proc", "0 5 65530\n65530 65535 6"), "proc").count("\n") == 2


def test_names_of_a_scenario_are_taken_once() -> None:
    rows = tuple(Row(kind, Extent(0, 5, 1)) for kind in KINDS)
    maps = [Map("mount", "the a b", rows), Map("mount", "a_b", rows), Map("namespace", "--", rows)]
    found = fragments(Parsed("it", tuple(maps)))
    assert list(found["userns"]) == ["of_a_b", "of_a_b_2", "it"]
    assert found["mounts"] == {"a_b": {"userns": "of_a_b"}, "a_b_2": {"userns": "of_a_b_2"}}
    names = ["of_x", "volume / \u00e4", "the " + "n" * 41, "--", "--"]
    spaces = (Map("mount", "x", rows), *(Map("namespace", name, rows) for name in names))
    found = fragments(Parsed("it", spaces))
    assert list(found["userns"]) == ["of_x", "of_x_2", "volume", "n" * 40, "it", "it_2"]


def test_many_rows_are_told_in_part() -> None:
    lines = echo(parse("uid_map", "\n".join(f"{2 * n} {2 * n} 1" for n in range(25))))
    assert lines[20:] == [
        "  38 = 38 (1 id)",
        "  and 5 rows more",
        "  25 ids in all, the last: inside 48 = outside 48",
    ]
    assert len(echo(parse("uid_map", "\n".join(f"{2 * n} {2 * n} 1" for n in range(20))))) == 22


@pytest.mark.parametrize(
    ("count", "said"),
    [(65534, " (2 fewer than"), (65535, " (1 fewer than"), (65537, " (1 more than"), (65538, " (2"),
     (65536, ","), (65533, ","), (65539, ",")],
)  # fmt: skip
def test_a_number_near_the_usual_one_is_said(count: int, said: str) -> None:
    *_, last = echo(parse("uid_map", f"0 100000 {count}"))
    assert last.startswith(f"  {count} ids in all{said}")


@pytest.mark.parametrize(("to", "written"), [("proc", "0 5 7\n"), ("uid_map", "0 5 7\n")])
def test_of_a_container_and_its_volume_the_container_is_written(to: str, written: str) -> None:
    both = "podman run --uidmap 0:5:7 -v a:/b:idmap=uids=1-2-3;gids=1-2-3"
    assert convert(parse("podman", both), to) == written


#: One id, all ids, the last one, more rows than five, an id twice, and nothing.
ODD = (
    "0 0 1", "0 0 4294967295", "4294967294 0 1", "\n".join(f"{n} {2 * n} 1" for n in range(7)),
    "0 5 1\n1 5 1", "",
)  # fmt: skip


@pytest.mark.parametrize("source", sorted(known()))
def test_every_pair_converts_odd_values_or_says_why_not(source: str) -> None:
    """Whatever a dialect can write of odd rows goes to every other and back, or is refused."""
    me = (SubidRange("me", 100000, 65536),)
    options = Options(own=(1000, 1000), user="me", subuid=me, subgid=me)
    texts = ["", "x:y:z"]
    for rows in ODD:
        for attached in (False, True):
            odd = parse("proc", rows, replace(options, attached=attached))
            with suppress(Inexpressible):
                texts.append(convert(odd, source, options))
    for text, target in product(texts, known()):
        parsed = parse(source, text, options)
        try:
            written = convert(parsed, target, options)
        except Inexpressible as reason:
            assert len(str(reason)) > 20  # noqa: PT017  (a reason, not a word)
        else:
            assert parse(target, written, options).problems == ()
