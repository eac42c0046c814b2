# SPDX-License-Identifier: BSD-3-Clause
"""
Finding a dialect, and hostile texts
====================================

Three numbers alone have several readings, each of which is shown; and whatever a text holds, every
reader ends soon, with plain words and places within the text.
"""

from __future__ import annotations

import random
import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.dialects import Options, convert, detect, echo, findings, known, parse
from kfuncviz.dialects.dialect import Inexpressible
from kfuncviz.dialects.pieces import Piece
from kfuncviz.dialects.registry import TEXT_MAX
from kfuncviz.dialects.subid import SubidRange
from tests.dialects.test_texts import TEXTS

#: JSON and YAML have readers of their own, and YAML other ends of lines.
DOCUMENTS = {"oci", "cri", "kubernetes", "compose", "docker-remap", "devcontainer", "incus",
             "incus-volatile", "scenario"}  # fmt: skip
ME = Options(
    own=(1000, 1000), rootless=True, owner=(5, 6),
    subuid=(SubidRange("me", 100000, 65536),), subgid=(SubidRange("me", 100000, 65536),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("0 1000 1", {"proc": "0 = 1000", "statmount": "0 = 1000"}),
        ("0:1000:1", {"subuid": "0 may hand out uids 1000 (1 id)", "x-mount.idmap": "disk = mount",
                      "unshare": "inside = outside", "podman": "inside = outside"}),
        ("0:1000", {"podman": "0 = 1000 (1 id)"}),
        ("b:0:1000:1", {"x-mount.idmap": "disk = mount", "lxc-usernsexec": "inside = outside"}),
        ("uids=0-1-1;gids=0-1-1", {"podman-idmap": "disk = mount"}),
        ("u 0 1000 1", {"lxc": "inside = outside"}),
        ("hello", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_every_reading_of_a_bare_text_is_shown(text: str, readings: dict[str, str]) -> None:
    found = {each.dialect.name: "\n".join(echo(each.parsed)) for each in detect(text)}
    assert found.keys() == readings.keys()
    for name, words in readings.items():
        assert words in found[name]


#: Each dialect as it is listed: its name, what its columns hold, and who says so.
LISTED = """\
proc            INSIDE OUTSIDE COUNT (attached to a mount: DISK MOUNT COUNT)
                user_namespaces(7)
uid_map         INSIDE OUTSIDE COUNT
                user_namespaces(7)
gid_map         INSIDE OUTSIDE COUNT
                user_namespaces(7)
statmount       DISK MOUNT COUNT
                statmount(2), fs/mnt_idmapping.c
subuid          OWNER:START:COUNT
                subuid(5)
subgid          OWNER:START:COUNT
                subgid(5)
getsubids       INDEX: OWNER START COUNT
                getsubids(1)
newuidmap       INSIDE OUTSIDE COUNT ...
                newuidmap(1)
newgidmap       INSIDE OUTSIDE COUNT ...
                newgidmap(1)
x-mount.idmap   [u:|g:|b:]DISK:MOUNT:COUNT, parted by spaces
                libmount/src/hook_idmap.c of util-linux
mount           --map-users DISK:MOUNT:COUNT
                mount(8) of util-linux 2.39
unshare         INSIDE:OUTSIDE:COUNT (with commas OUTSIDE,INSIDE,COUNT)
                unshare(1) of util-linux
mount-idmapped  b|u|g:DISK:MOUNT:COUNT
                mount-idmapped.c
oci             containerID, hostID, size: INSIDE OUTSIDE COUNT, of mounts[] DISK MOUNT COUNT
                config-linux.md, config.md of the OCI runtime specification
lxc             u|g INSIDE OUTSIDE COUNT
                lxc.container.conf(5)
lxc-usernsexec  b|u|g:INSIDE:OUTSIDE:COUNT
                lxc-usernsexec(1)
fuidshift       b|u|g:INSIDE:OUTSIDE:COUNT
                fuidshift of LXD and Incus
podman          CONTAINER:FROM:COUNT (FROM on the host, rootless in the engine's namespace)
                podman-run(1)
podman-idmap    DISK-MOUNT-COUNT, rows parted by #
                podman-run(1), crun(1)
docker-remap    (0) START COUNT of the user's lines in /etc/subuid
                dockerd(8)
compose         userns_mode and user; no rows
                compose specification
rootlesskit     INSIDE OUTSIDE COUNT ...: (0) UID (1), (1) START COUNT
                rootlesskit
incus           both|uid|gid HOST CONTAINER, ranges A-B
                instance options of Incus and LXD
incus-volatile  Nsid, Hostid, Maprange: INSIDE OUTSIDE COUNT
                volatile.idmap of Incus and LXD
nspawn          (0) BASE:COUNT
                systemd-nspawn(1)
homed           the user's uid and gid; DISK MOUNT COUNT follow
                systemd-homed.service(8)
kubernetes      hostUsers and securityContext; no rows
                pod specification, KEP-127
cri             host_id, container_id, length: OUTSIDE INSIDE COUNT
                IDMapping of the CRI
kep-table       | HOST | POD | COUNT |, or as its heading says
                KEP-127
devcontainer    flags of podman in runArgs
                containers.dev reference
bubblewrap      --uid INSIDE, --gid INSIDE; OUTSIDE is the caller's own
                bwrap(1)
libvirt         start, target, count: INSIDE OUTSIDE COUNT
                libvirt's domain format
virtiofsd       map:GUEST:HOST:COUNT (MOUNT DISK COUNT), --uid-map :INSIDE:OUTSIDE:COUNT:
                virtiofsd's README
containerd      INSIDE:OUTSIDE:COUNT
                ctr(8)
storage.conf    INSIDE:OUTSIDE:COUNT
                containers-storage.conf(5)
multipass       HOST:INSTANCE (DISK MOUNT)
                multipass mount
bindfs          FROM/TO, groups @FROM/@TO (DISK MOUNT)
                bindfs(1)
scenario        [col 1, col 2, count]: inside and outside, of a mount disk and mount
                data/scenario.md
"""


def test_every_dialect_is_listed_with_its_columns_and_source() -> None:
    assert (
        "".join(
            f"{each.name:15} {each.columns}\n{'':15} {each.source}\n" for each in known().values()
        )
        == LISTED
    )


#: A text, and the dialects it may be in: by a word of its own, or by its form alone.
FOUND = {
    "b:1000:0": "", "newuidmap": "", "x": "", "see uids=1-2-3": "", "error 0: a 5 6": "",
    "bob:5-9": "subuid", "a:5:6": "subuid", "idmap=uids=1-2-3 --gidmap 0:1:2": "podman",
    "0: a 5 6 7": "", "0: a 5 6 \n": "getsubids", "x\n0: alice 5 6": "getsubids",
    "5:6:7 8:9:1": "subuid x-mount.idmap unshare", "0:5:1 u:7:8:1": "x-mount.idmap",
    "b:1:2:3 u:4:5:6": "x-mount.idmap lxc-usernsexec", "1 2 3\n4 5 6\n\n7 8 9 ": "proc statmount",
    "1 2 3 4": "", "  0:1000 \n": "podman", " uids=0-1-1 \n": "podman-idmap",
    "u 0 1 2 g 0 1 2": "lxc", "uid_map": "proc", "x uid_map": "", "mnt_uidmap: 0 5 1": "statmount",
    "==> /proc/self/uid_map <==": "proc", "podman run --uidmap 0 1 5 x": "podman",
    "is newuidmap there? podman run --uidmap 0:1:5": "podman", "podman unshare cat": "",
    "buildah unshare -m": "", "unshare -r": "unshare", "UserNS=keep-id": "podman",
    "podman --volume a:b:idmap": "podman", "idmap=uids=1-2-3": "podman-idmap",
    "--uidmap 0:1:2 idmap=uids=1-2-3 --gidmap 0:1:2": "podman", "homectl": "homed",
    "kind: Pod\nspec: {}": "kubernetes", "hostUsers": "kubernetes", "services:\n": "compose",
    "lxc.rootfs.options = idmap=container": "lxc", "lxc-usernsexec": "lxc-usernsexec",
    "fuidshift": "fuidshift", "shift : true": "incus", "both 5 5": "incus",
    "  gid 5-7 5-7": "incus", '"Maprange": 5': "incus-volatile", "--private-users=5": "nspawn",
    "a:/b:rootidmap": "nspawn", '"container_id": 5': "cri", "| 1 | 2 | 3 |": "kep-table",
    '{"containerUser": 5}': "devcontainer", '"userns-remap": 5': "docker-remap",
    "bwrap --uid 0": "bubblewrap", "<uid start = '0'/>": "libvirt", "--gid-map 5": "virtiofsd",
    "--translate-gid=x": "virtiofsd", "ctr run": "containerd", "remap-uids=": "storage.conf",
    "multipass": "multipass", "--map=1/2": "bindfs", "--map-mount": "mount-idmapped",
    "mount --map-groups 5": "mount", "X-mount.idmap=": "x-mount.idmap",
    "rootlesskit": "rootlesskit", '"gidMappings": []': "oci", "userns:\n": "scenario",
    '{"userns": {}}': "scenario",
}  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_a_text_is_in_these_dialects(text: str) -> None:
    assert " ".join(each.dialect.name for each in detect(text)) == FOUND[text]


def test_a_reading_with_problems_is_shown_where_there_is_no_other() -> None:
    (reading,) = detect("lxc.idmap = u 0")
    assert reading.parsed.problems
    assert [each.dialect.name for each in detect("5:7:4294967296")] == [
        "subuid", "x-mount.idmap", "unshare", "podman",
    ]  # fmt: skip
    assert [each.dialect.name for each in detect("0:0:4294967295")] == [
        "subuid", "x-mount.idmap", "unshare", "podman",
    ]  # fmt: skip
    assert [each.dialect.name for each in detect("4294967295:4294967295:1")] != []


def test_nothing_of_a_dialect_is_a_problem() -> None:
    (problem,) = parse("lxc", "hello").problems
    assert str(problem) == "nothing of lxc is in this text; want u|g INSIDE OUTSIDE COUNT"


def test_a_text_has_a_bound() -> None:
    (problem,) = parse("lxc", "x" * (TEXT_MAX + 1)).problems
    assert str(problem) == f"more than {TEXT_MAX} characters"
    assert not parse("lxc", "lxc.idmap = b 0 5 1" + " " * (TEXT_MAX - 19)).problems
    assert [each.dialect.name for each in detect("lxc.idmap" + " " * (TEXT_MAX - 9))] == ["lxc"]
    assert not parse("subuid", "# " + "x" * (TEXT_MAX - 8) + "\na:1:1").problems
    assert detect("lxc.idmap " * TEXT_MAX) == []


def test_rows_and_words_have_bounds() -> None:
    many = "\n".join(f"u {n} {n} 1" for n in range(1001))
    problems = [str(problem) for problem in parse("lxc", many).problems]
    assert problems[:1] == ["line 1001 column 3: more than 1000 rows"]
    assert len(parse("lxc", many).maps[0].rows) == 1000
    assert len(parse("lxc", "lxc.idmap = x\n" * 200).problems) == 100
    assert len(parse("x-mount.idmap", " ".join(f"b:{n}:1:1x" for n in range(200))).remarks) == 100
    assert (
        len(
            parse("lxc", "".join(f"lxc.rootfs.options = idmap=/{n}\n" for n in range(200))).settings
        )
        == 100
    )
    assert len(parse("subuid", "a:1:1\n" * 1005).ranges) == 1000


@pytest.mark.parametrize("name", ["proc", "subuid"])
def test_half_a_character_is_a_problem_and_no_accident(name: str) -> None:
    assert parse(name, "0 5 \ud800").problems


def test_words_of_a_shell_keep_their_places() -> None:
    text = """a --b='c d' "e\\"f" g\\ h \\\n i'j'k"""
    words = Piece.of(text).words()
    assert [word.text for word in words] == ["a", "--b=c d", 'e"f', "g h", "ijk"]
    for word in words:
        assert [text[at] for at in word.at[: len(word.text)]] == list(word.text)
        assert len(word.at) == len(word.text) + 1
    assert [word.text for word in Piece.of("a '").words()] == ["a"]
    assert [word.text for word in Piece.of("a '' b").words()] == ["a", "b"]


def held(text: str) -> None:
    """What holds of every text in every dialect."""
    for name in known():
        parsed = parse(name, text, ME)
        lines = [*echo(parsed), *findings(parsed), *map(str, parsed.problems)]
        assert all(len(line) < 2000 for line in lines), name
        for problem in parsed.problems:
            place = re.match(r"line (\d+) column (\d+)", problem.place)
            if place and name not in DOCUMENTS:
                line = text.split("\n")[int(place[1]) - 1]
                assert int(place[2]) <= len(line) + 1, (name, problem)
        with suppress(Inexpressible):
            convert(parsed, "scenario", ME)
    detect(text)


@settings(max_examples=8)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    held(text)


PIECES = (
    "0", "1", "65536", "4294967295", "4294967296", "-1", ":", ",", "#", "@", "+", ";", "=", '"',
    "'", "\\", "\n", "\t", " ", "{", "}", "[", "]", "\0", "\x1b[2J", "٣", "uids=", "--uidmap ",
    "null", "9" * 400, "[" * 40, "b:", "&a ", "*a", "//", "/*",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_text_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    text = chance.choice(TEXTS)["text"]
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(PIECES) + text[at + chance.randint(0, 3) :]
    held(text)
