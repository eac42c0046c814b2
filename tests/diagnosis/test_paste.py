# SPDX-License-Identifier: BSD-3-Clause
"""
What a paste holds and what is asked
====================================

Every line goes where it belongs, whatever shell it was copied from; a question in plain words
becomes a direction and ids.
"""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.diagnosis.listings import NOBODY, Shown
from kfuncviz.diagnosis.paste import Paste, errno_of, is_document, sorted_out
from kfuncviz.diagnosis.question import Question, asked
from kfuncviz.dialects.subid import SubidRange

SESSION = """\
me@host:~$ cat /etc/subuid
me:100000:65536
me@host:~$ cat /etc/subgid
me:200000:65536
$ id
uid=1001(me) gid=1002(us) groups=1002(us),27(sudo)
/ # ls -l /data
total 8
-rwsr-x--T    2 root     nogroup     5 Jan  1 00:00 index
# podman run \\
    --userns=keep-id -v /a:/b img
touch: cannot touch 'x': Value too large for defined data type
Linux box 6.8.0-45-generic x86_64
"""


def test_every_line_of_a_session_has_its_place() -> None:
    paste = sorted_out([SESSION])
    assert paste.subuid == [SubidRange("me", 100000, 65536)]
    assert paste.subgid == [SubidRange("me", 200000, 65536)]
    assert (paste.own, paste.user, paste.kernel) == ((1001, 1002), "me", "6.8")
    assert paste.shown == [Shown("/data/index", 0, NOBODY, 0o5750, inside=True)]
    assert paste.errors == [
        ("EOVERFLOW", "touch: cannot touch 'x': Value too large for defined data type")
    ]
    assert paste.blocks == ["podman run  --userns=keep-id -v /a:/b img"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("drwx------. 3 100999 100999 4096 Jan  1 00:00 /srv/p",
         Shown("/srv/p", 100999, 100999, 0o700, directory=True)),
        ("-rw-r--r--+ 1 me us 0 Jan 1 00:00 x", Shown("x", None, None, 0o644)),
        ("drwxrwsrwt 1 0 0 0 Jan 1 00:00 t", Shown("t", 0, 0, 0o3777, directory=True)),
        ("-rwSr--r-- 1 0 0 0 Jan 1 00:00 s", Shown("s", 0, 0, 0o4644)),
        ("Access: (0640/-rw-r-----)  Uid: ( 1000/    me)   Gid: (  100/ users)",
         Shown("file", 1000, 100, 0o640)),
        ("Uid: (65534/  nobody)   Gid: (65534/ nogroup)", Shown("file", 65534, 65534)),
        ("ls -ln /srv/data/letter: 1000 1000", Shown("/srv/data/letter", 1000, 1000, inside=False)),
        ("  File: /data\n  Size: 4\nAccess: (0755/drwxr-xr-x)  Uid: (    7/ me)   Gid: (    8/ me)",
         Shown("/data", 7, 8, 0o755)),
    ],
)  # fmt: skip
def test_a_file_that_was_shown(line: str, shown: Shown) -> None:
    paste = sorted_out([line])
    assert paste.shown == [shown]
    assert paste.blocks == []


@pytest.mark.parametrize(
    ("text", "kernel", "filesystem"),
    [
        ("6.1.0-13-amd64", "6.1", None),
        ("Linux version 5.15.0", "5.15", None),
        ("kernel: 6.6", "6.6", None),
        ("tmpfs", None, "tmpfs"),
        ("/dev/sda1 on /data type ext4 (rw)", None, "ext4"),
        ("filesystem cephfs", None, "ceph"),
        ("the filesystem is full", None, None),
    ],
)
def test_kernels_and_filesystems(text: str, kernel: str | None, filesystem: str | None) -> None:
    paste = sorted_out([text])
    assert (paste.kernel, paste.filesystem) == (kernel, filesystem)


def test_files_of_both_kinds_as_grep_and_head_show_them() -> None:
    grep = sorted_out(["/etc/subuid:me:1:2\n/etc/subgid:me:3:4"])
    head = sorted_out(["==> /etc/subuid <==\nme:1:2\n\n==> /etc/subgid <==\nme:3:4\n"])
    for paste in (grep, head):
        assert (paste.subuid, paste.subgid) == ([SubidRange("me", 1, 2)], [SubidRange("me", 3, 4)])
        assert paste.blocks == []


def test_a_document_is_taken_whole_and_lines_after_it_are_not() -> None:
    paste = sorted_out(['{"userns-remap": "me"}\nme:1:2\n'])
    assert paste.blocks == ['{"userns-remap": "me"}']
    assert paste.subuid == [SubidRange("me", 1, 2)]
    pod = "kind: Pod\nspec:\n  hostUsers: false\n"
    assert sorted_out([pod]).blocks == [pod]
    assert is_document("<idmap>")
    assert not is_document("0 1000 1")
    assert sorted_out(["{ not json", " \n"]).blocks == ["{ not json"]


@pytest.mark.parametrize(
    ("text", "errno"),
    [
        ("mount: Invalid argument.", "EINVAL"),
        ("errno EPERM", "EPERM"),
        ("VALUE TOO LARGE", "EOVERFLOW"),
        ("open: permission denied", "EACCES"),
        ("XEPERMX", None),
    ],
)
def test_an_errno_by_its_name_or_message(text: str, errno: str | None) -> None:
    assert errno_of(text) == errno


@pytest.mark.parametrize(
    ("words", "errors", "question"),
    [
        ("why is uid 1000 nobody?", [], Question("read", (1000, 1000))),
        ("file with uid 1000", [], Question("read", (1000, 1000))),
        ("owned by 1000:100 on the host", [], Question("read", (1000, 100))),
        ("the file belongs to 7", [], Question("read", (7, 7))),
        ("which host id is 33 inside the container?", [],
         Question("chown", (33, 33), mapping=True)),
        ("container uid 5 on the host", [], Question("chown", (5, 5), mapping=True)),
        ("chown 1:2 /x", [], Question("chown", (1, 2))),
        ("may root create a file in a directory owned by 9?", [], Question("create", (9, 9))),
        ("can it write as user 33?", [], Question("create", None, (33, 33))),
        ("", ["touch x: Value too large"], Question("create")),
        ("", ["lchown /etc/shadow 0:42: invalid argument"], Question("chown", (0, 42))),
        ("", ["Cannot change ownership to uid 8, gid 9: Invalid argument"],
         Question("chown", (8, 9))),
        ("what now", ["ls: Permission denied"], Question("read")),
    ],
)  # fmt: skip
def test_what_is_asked(words: str, errors: list[str], question: Question) -> None:
    assert asked(words, sorted_out(errors)) == question


def test_a_flag_says_as_whom_it_runs() -> None:
    def user(**block: Any) -> tuple[int, int] | None:
        return asked("", Paste(**block)).user

    assert user(blocks=["podman run --user 33:44 img"]) == (33, 44)
    assert user(blocks=["docker run -u 33 img"]) == (33, 33)
    assert user(blocks=["docker run img"]) is None


def test_a_sentence_gives_what_is_in_it_and_asks() -> None:
    mail = "My /etc/subuid has al:100000:65536 and I use podman run -v a:/b img. Why is it nobody?"
    paste = sorted_out([mail])
    assert paste.subuid == [SubidRange("al", 100000, 65536)]
    assert (paste.blocks, paste.prose) == (["podman run -v a:/b img"], [mail])
    assert sorted_out(["Why is it 0 5 1, and permission denied?"]).errors[0][0] == "EACCES"
    assert sorted_out(["podman run img."]).prose == []


def test_a_document_among_lines_is_cut_out() -> None:
    paste = sorted_out(['$ id\nuid=5(x) gid=6(x)\n{"userns-remap": "me"}\nme:1:2\n[1, 2]\n'])
    assert paste.blocks == ["[1, 2]", '{"userns-remap": "me"}']
    assert (paste.own, paste.subuid) == ((5, 6), [SubidRange("me", 1, 2)])
    yaml = "userns:\n  a:\n    uid_map:\n[[0, 5, 1]]\n"
    assert sorted_out([yaml]).blocks == [yaml]


@pytest.mark.parametrize(
    ("words", "direction", "doing", "user"),
    [
        ("can container user 5 write to the file?", "read", "write", (5, 5)),
        ("may it write into my own file", "read", "write", None),
        ("it cannot write there", "create", "create", None),
        ("can root modify it", "read", "write", None),
        ("why can pod user 7 not create a new file", "create", "", (7, 7)),
        ("chmod 644 f fails", "read", "chmod", None),
        ("rm f fails", "read", "unlink", None),
        ("may uid 5 inside delete it", "read", "unlink", (5, 5)),
        ("can't read it", "read", "read", None),
        ("could not even open it as root", "read", "read", (0, 0)),
        ("what does it read", "read", "", None),
    ],
)
def test_what_is_done_and_by_whom(
    words: str, direction: str, doing: str, user: tuple[int, int] | None
) -> None:
    found = asked(words, Paste())
    assert (found.direction, found.doing if direction == "read" else "", found.user) == (
        direction, doing if direction == "read" else "", user,
    )  # fmt: skip


def test_a_write_into_a_directory_makes_something_there() -> None:
    file, directory = Shown("f", 1, 1), Shown("d", 1, 1, directory=True)
    assert asked("why can I not write", Paste(shown=[directory, file])).doing == "write"
    assert asked("why can I not write", Paste(shown=[directory])).direction == "create"
    assert asked("", Paste(commands=["mkdir x"])).direction == "create"
    assert asked("", Paste(commands=["chown 5 f"]))[:2] == ("chown", (5, 5))
    assert asked("", Paste(errors=[("EPERM", "write to uid_map: no")])).doing == ""
    assert asked("", Paste(runs_as=(5, 6))).user == (5, 6)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("which host uid is pod uid 7?", (7, 7)),
        ("what host id has 1 inside?", (1, 1)),
        ("7 in my container, on the host?", (7, 7)),
        ("which user of the host is guest id 9", (9, 9)),
        ("what is the host uid of the process?", None),
    ],
)
def test_a_number_that_is_asked_about(words: str, ids: tuple[int, int] | None) -> None:
    found = asked(words, Paste())
    assert (found.direction, found.ids, found.mapping) == ("chown", ids, True)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("total 12", "idle", ["total 12"]),
        ("net0: name=eth0", "idle", ["net0: name=eth0"]),
        ("Modify: 2024-01-01", "idle", ["Modify: 2024-01-01"]),
        ("kubectl exec -it web -- sh", "idle", ["kubectl exec -it web -- sh"]),
        ("findmnt /x", "idle", ["findmnt /x"]),
        ("mkdir /x", "commands", ["mkdir /x"]),
        ("touch: cannot touch 'x': Permission denied", "commands", []),
        ("inside:\n-rw-r--r-- 1 5 5 0 Jan 1 f", "blocks", []),
        ("in the container 0 5 1", "blocks", ["in the container 0 5 1"]),
        ("0 5 1 / 1 7 2", "blocks", ["0 5 1\n1 7 2"]),
        ("echo '0 5 1' > /proc/7/uid_map", "blocks", ["uid_map: 0 5 1"]),
        ("x: newuidmap failed: newuidmap 7 0 5 1", "blocks", [21 * " " + "newuidmap 7 0 5 1"]),
        ("echo me:5:1 | sudo tee -a /etc/subgid", "subgid", [SubidRange("me", 5, 1)]),
        ("subgid: me:5:1", "subgid", [SubidRange("me", 5, 1)]),
        ("x on /y type xfs (rw)", "filesystem", "xfs"),
        ("x on /y type cifs (rw)", "strange", "cifs"),
        ("my uid is 7", "own", (7, 7)),
        ("/ # id\nuid=7(x) gid=8(x)", "runs_as", (7, 8)),
    ],
)
def test_a_line_has_its_place(line: str, field: str, value: Any) -> None:
    assert getattr(sorted_out([line]), field) == value


def test_a_document_is_cut_out_of_lines_and_lines_out_of_a_document() -> None:
    said = sorted_out(['daemon.json: {"userns-remap": "me"}'])
    assert said.blocks == ["daemon.json:", '{"userns-remap": "me"}'][::-1]
    yaml = "a:\n  b: 1\n"
    mixed = sorted_out([f"{yaml}-rw-r--r-- 1 5 5 0 Jan 1 f\nme:5:1\nuid=7(x) gid=8(x)\n"])
    assert (mixed.blocks, len(mixed.shown), mixed.own) == ([yaml], 1, (7, 8))
    assert mixed.subuid == [SubidRange("me", 5, 1)]
    two = sorted_out([f"{yaml}---\nc:\n  d: 1\n"])
    assert two.blocks == [yaml, "c:\n  d: 1\n"]
    assert sorted_out(['{"a": {"b": [1]}}\n']).blocks == ['{"a": {"b": [1]}}']


def test_the_rows_of_two_files_are_told_apart_where_they_begin_anew() -> None:
    cat = "cat /proc/7/uid_map /proc/7/gid_map\n"
    assert sorted_out([f"{cat} 0 5 1\n 1 7 2\n 0 6 1\n"]).blocks == [
        "uid_map:\n0 5 1\n1 7 2\ngid_map:\n0 6 1"
    ]
    for rows in ("0 5 1\n1 6 1", "0 5 1\n0 6 1\n0 7 1"):
        assert sorted_out([f"{cat}{rows}\n"]).blocks == [rows]
    one = "cat /proc/7/uid_map\n0 5 1\n0 6 1"
    assert sorted_out([one]).blocks == ["0 5 1\n0 6 1"]
