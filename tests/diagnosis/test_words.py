# SPDX-License-Identifier: BSD-3-Clause
"""Every word, command and message that is known: each alone decides where its line goes."""

from __future__ import annotations

import pytest

from kfuncviz.diagnosis import doctor
from kfuncviz.diagnosis.listings import NOBODY, Shown, number, shown
from kfuncviz.diagnosis.paste import Paste, errno_of, is_document, sorted_out, typed
from kfuncviz.diagnosis.question import Question, asked
from kfuncviz.diagnosis.where import lines, place
from kfuncviz.scenario.problems import ScenarioError

SHOWN = "-rw-r--r-- 1 0 0 0 Jan 1 00:00 f"


def test_what_tools_print_for_an_errno() -> None:
    messages = {
        "Value too large for defined data type": "EOVERFLOW", "Operation not permitted": "EPERM",
        "Permission denied": "EACCES", "Invalid argument": "EINVAL",
        "Device or resource busy": "EBUSY", "Function not implemented": "ENOSYS",
    }  # fmt: skip
    for message, errno in messages.items():
        assert errno_of(f"x: {message.lower()}.") == errno
        assert errno_of(f"it is {errno.lower()}, says it") == errno
        assert sorted_out([f"x: {message}"]).errors == [(errno, f"x: {message}")]
    for tool in ("newuidmap: uid", "newgidmap: gid"):
        assert errno_of(f"{tool} range [0-1) -> [5-6) not allowed") == "EPERM"
    assert errno_of("value too large") == "EOVERFLOW"
    assert errno_of("Device busy") is None


@pytest.mark.parametrize("sudo", ["", "sudo "])
def test_commands_around_an_answer_say_nothing_themselves(sudo: str) -> None:
    for line in (
        "ls -ln x", "stat x", "cat x", "id", "grep x", "getfacl x", "getcap x", "uname -r", "mount",
        "mount | grep x", "findmnt -o x", "docker exec -it a sh", "podman enter a",
        "nerdctl exec a", "kubectl exec a", "oc exec a", "incus shell a", "lxc exec a sh",
        "pct enter 1",
        "nsenter -t 1", "lxc-attach a", "machinectl shell a", "podman unshare ls",
        "buildah unshare ls",
    ):  # fmt: skip
        paste = sorted_out([f"{sudo}{line}"])
        assert (paste.idle, paste.blocks) == ([f"{sudo}{line}"], []), line
    for line in ("chown 1 f", "chmod 1 f", "mkdir f", "touch f", "rm f", "rmdir f", "tee f",
                 "cp f g", "mv f g", "echo f", "dd if=f", "install f"):  # fmt: skip
        assert sorted_out([f"{sudo}{line}"]).commands == [f"{sudo}{line}"], line


def test_lines_of_other_tools_and_files_say_nothing() -> None:
    stat = ("Size", "Device", "Access", "Modify", "Change", "Birth", "Context", "File")
    pct = ("arch", "cores", "features", "hostname", "memory", "mp0", "mp12", "net0", "onboot",
           "ostype", "rootfs", "swap", "unprivileged", "tags", "startup", "nameserver",
           "searchdomain", "protection", "cpulimit", "cpuunits", "console", "tty")  # fmt: skip
    acl = ("user:", "group:", "mask:", "other:", "default:user:", "default:other:")
    for line in ("total 0", "exit", "...", *(f"{name}: x" for name in (*stat, *pct)),
                 *(f"{name}:rwx" for name in acl)):  # fmt: skip
        paste = sorted_out([line])
        assert (paste.idle, paste.blocks) == ([line], []), line
    for line in ("total", "arch x", "mp: x", "x: y"):
        assert sorted_out([line]).blocks == [line]


def test_what_goes_into_a_container_and_what_does_not() -> None:
    def where(command: str) -> bool | None:
        return [*lines(f"{command}\n{SHOWN}")][-1].inside

    engines = ("docker", "podman", "nerdctl", "kubectl", "crictl", "incus", "lxc", "pct", "oc")
    for engine in engines:
        for verb in ("exec", "enter", "attach", "shell", "run"):
            assert where(f"{engine} {verb} web ls -ln /x"), (engine, verb)
        assert where(f"{engine} ps") is False
        assert where(f"{engine}.x = y") is None  # a line of a file, no command
    for command in ("lxc-attach a -- ls", "$ machinectl shell a", "nsenter -t 1 ls",
                    "$ systemd-nspawn -D x ls", "podman unshare ls",
                    "$ buildah unshare ls"):  # fmt: skip
        assert where(command), command
    for look in ("ls", "stat", "getfacl", "getcap", "id", "cat", "find"):
        assert where(f"docker exec web {look} /x"), look
    assert where("docker exec web true") is False
    for stays in ("bash", "dash", "ash", "zsh", "sh"):
        assert where(f"docker exec web {stays}\nls /x"), stays
        assert where(f"docker exec web {stays}\nexit\nls /x") is False
    assert where("docker exec web true\nls /x") is False
    for command in ("ls", "stat f", "cat f", "id", "grep f", "getfacl f", "getcap f", "uname",
                    "mount", "unshare -U", "nsenter x", "lxc-attach x", "sudo ls"):  # fmt: skip
        assert where(command) is False, command


def test_words_that_say_inside_or_outside() -> None:
    for preposition in ("in", "inside", "within", "from"):
        for what in ("container", "pod", "guest", "ct", "lxc"):
            for between in (" ", " of ", " the ", " my ", " a ", " this ", " of the web "):
                assert place(f"{preposition}{between}{what} I see") is True
    for word in ("inside", "container", "guest", "pod"):
        assert place(f"- {word.upper()}:") is True
        assert place(f"{word} says") is None
    for what in ("host", "node", "server"):
        for between in (" ", " the ", " my ", " the Proxmox "):
            assert place(f"on{between}{what} I see") is False
    for word in ("host", "outside"):
        assert place(f"# {word}") is False


@pytest.mark.parametrize(
    ("prompt", "inside"),
    [
        ("$ ", False), ("# ", False), ("~ $ ", False), ("/srv # ", False), ("/ # ", True),
        ("me@host:~$ ", False), ("[me@host ~]$ ", False), ("root@0123456789ab:/# ", True),
        ("root@0123456789abc:/# ", False), ("root@0123456789ag:/# ", False), ("sh-5.1# ", True),
        ("bash-4.2$ ", True), ("  $ ", False),
    ],
)  # fmt: skip
def test_a_prompt_says_where(prompt: str, inside: bool) -> None:
    first, second = lines(f"{prompt}true\n{SHOWN}")
    assert (first.text, first.inside, second.inside) == ("true", inside, inside)


def test_what_a_program_made_prettier_is_typed() -> None:
    assert typed("\u2018a\u2019 \u201cb\u201d\u00a0c\u202fd") == "'a' \"b\" c d"
    assert typed("x \u2013uidmap \u2014gidmap \u2212\u2212userns -\u2013map") == (
        "x --uidmap --gidmap --userns --map"
    )
    assert typed("a\u2013b \u2013 c \u20131") == "a\u2013b \u2013 c \u20131"
    assert typed("-a --b") == "-a --b"


def test_filesystems_and_kernels_in_words() -> None:
    for said in ("type xfs", "fstype=xfs", "filesystem: xfs", "on xfs", "fs xfs", "XFS"):
        assert sorted_out([said]).filesystem == "xfs", said
    assert sorted_out(["overlayfs"]).filesystem == "overlay"
    assert sorted_out(["on cephfs"]).filesystem == "ceph"
    assert sorted_out(["on ext4"]).filesystem == "ext4"
    assert sorted_out(["an xfs here"]).filesystem is None
    for said in ("Linux 6.5", "kernel 6.5", "kernel version 6.5", "linux: v6.5", "Linux box 6.5.0",
                 "6.5.0", " 6.5.0-9-amd64 "):  # fmt: skip
        assert sorted_out([said]).kernel == "6.5", said
    for said in ("6.5", "version 6.5", "6.5.0 is it"):
        assert sorted_out([said]).kernel is None, said


def test_who_somebody_is() -> None:
    assert sorted_out(["uid=7(me) gid=8(us)"]).own == (7, 8)
    assert sorted_out(["uid=7(me)"]).own == (7, 7)
    found = sorted_out(["x uid=7 gid=8"])
    assert (found.own, found.user) == ((7, 8), None)
    assert sorted_out(["idmap=uid=7(me)"]).own == (7, 7)
    assert sorted_out(["x:uid=7(me) gid=8"]).own is None
    for said in ("my uid is 7", "My own user id is 7", "my user id = 7"):
        assert sorted_out([said]).own == (7, 7)
    inside = sorted_out(["/ # id\nuid=5(x)"])
    assert (inside.runs_as, inside.own) == ((5, 5), None)


@pytest.mark.parametrize(
    ("words", "doing"),
    [
        *((f"can it {word} the file", "write") for word in (
            "write to", "modify", "edit", "append to", "overwrite", "truncate")),
        *((f"can it {word} to {what} file", "write") for word in ("write", "writing") for what in (
            "the", "a", "an", "this", "that", "my", "its", "it's", "existing", "the log")),
        ("write the document", "write"),
        *((f"can it {word} x", "create") for word in (
            "create", "mkdir", "touch", "save", "make a file", "make a directory")),
        ("a new file", "create"), ("chmod 1 f", "chmod"), ("change its mode", "chmod"),
        ("change the mode", "chmod"),
        *((f"{word} f", "unlink") for word in ("rm", "delete", "remove", "unlink")),
        *((f"{may} it read f", "read") for may in (
            "can't", "cannot", "can", "able to", "may", "could not", "couldn't", "allowed to")),
        ("can it open f", "read"), ("can it cat f", "read"), ("cat: f", "read"),
        ("cannot open f", "read"), ("it reads f", ""), ("farm f", ""), ("", ""),
    ],
)  # fmt: skip
def test_words_for_what_is_done(words: str, doing: str) -> None:
    found = asked(words, Paste())
    said = "create" if found.direction == "create" else found.doing
    assert said == doing


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("chown f 5:6", Question("chown", (5, 6))), ("lchown /x 5", Question("chown", (5, 5))),
        ("ownership to uid 5, gid 6", Question("chown", (5, 6))),
        ("chown f to 5.6", Question("chown", (5, 6))),
        *((f"{where} 5", Question("chown", (5, 5), mapping=True)) for where in (
            "container", "pod", "guest", "namespace", "userns", "ct", "inside", "internal")),
        *((f"{kind} 5 inside", Question("chown", (5, 5), mapping=True)) for kind in (
            "uid", "gid", "user", "group", "id", "number", "")),
        *((f"5 in {the} pod", Question("chown", (5, 5), mapping=True)) for the in (
            "the", "a", "my")),
        ("5 inside of the container", Question("chown", (5, 5), mapping=True)),
        ("uid 5 and gid 6", Question("read", (5, 6))), ("uid=5, gid=6", Question("read", (5, 6))),
        *((f"{word} 5:6", Question("read", (5, 6))) for word in (
            "disk", "host", "owned by", "owner", "stored as", "belongs to", "belong to",
            "file with", "has", "has uid", "owner is")),
        ("uid 5", Question("read", (5, 5))), ("id 5/6", Question("read", (5, 6))),
        ("as uid 5", Question("read", None, (5, 5))),
        ("as user 5:6", Question("read", None, (5, 6))),
        ("as root", Question("read", None, (0, 0))),
        ("can container user 5 write on the host", Question("chown", (5, 5), mapping=True)),
        ("can container user 5 write to the file", Question("read", None, (5, 5), "write")),
        ("the host's uid of the process", Question("chown", None, mapping=True)),
        ("the host id of the pod", Question("chown", None, mapping=True)),
    ],
)  # fmt: skip
def test_words_for_what_is_asked(words: str, question: Question) -> None:
    assert asked(words, Paste()) == question


def test_flags_that_say_as_whom() -> None:
    for flag in ("--user 5:6", "--user=5:6", "podman run -u 5:6", "docker run -u 5:6",
                 "nerdctl run -u 5:6", "buildah run -u 5:6"):  # fmt: skip
        assert asked("", Paste(blocks=[flag])).user == (5, 6), flag
    assert asked("", Paste(blocks=["tar -u 5:6"])).user is None
    with pytest.raises(ScenarioError) as raised:
        asked("owned by 4294967295", Paste())
    assert str(raised.value) == "question: 4294967295 is no id; the last is 4294967294"
    with pytest.raises(ScenarioError, match=r"^question: 9{57}\.\.\. is no id"):
        asked(f"owned by {'9' * 999}", Paste())
    assert asked("owned by 4294967294", Paste()).ids == (4294967294, 4294967294)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("-rwxrwxrwx 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o777)),
        ("-r--r--r-- 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o444)),
        ("--w--w--w- 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o222)),
        ("---x--x--x 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o111)),
        ("---S------ 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o4000)),
        ("------S--- 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o2000)),
        ("------s--- 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o2010)),
        ("---------T 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o1000)),
        ("lrwxrwxrwx 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o777)),
        ("it is drwx------ 1 1 2 0 Jan 1 f", Shown("f", 1, 2, 0o700, directory=True)),
        ("-rw------- 1 nobody nogroup 0 Jan 1 f", Shown("f", NOBODY, NOBODY, 0o600)),
        ("-rw------- 1 nfsnobody root 0 Jan 1 f", Shown("f", NOBODY, 0, 0o600)),
        ("stat -c x f: 1 2", Shown("f", 1, 2)), ("ls -n /a/f: 1:2", Shown("/a/f", 1, 2)),
        ("/x Uid: (1/a) Gid: (2/b)", Shown("/x", 1, 2)),
        ("-rw------- 1 1 2", None), ("rw------- 1 1 2 0 Jan 1 f", None),
    ],
)  # fmt: skip
def test_a_mode_a_name_and_a_place_in_a_listing(line: str, found: Shown | None) -> None:
    assert shown(line) == found
    assert number("nogroup") == 65534


def test_what_is_a_document_and_what_are_lines() -> None:
    for text in ("kind: Pod", "KIND: x", "a:\n", "x:\n  y:\n    z:", "<x>", "  [1", "\n{1"):
        assert is_document(text), text
    for text in ("inside:", "outside:", "host:", "container:", "guest:", "pod:", "a: b", "0 5 1"):
        assert not is_document(text), text


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("Unprivileged: 1", True), ("unprivileged:1", True), ("an unprivileged LXC", True),
        ("an unprivileged CT", True), ("an unprivileged container", True),
        ("unprivileged: 0", False), ("unprivileged: 10", False), ("a privileged container", False),
    ],
)  # fmt: skip
def test_an_unprivileged_container_has_the_usual_rows(text: str, assumed: bool) -> None:
    here = doctor([text, SHOWN]).situation
    said = "no lxc.idmap: the container has 100000 and more, as is usual"
    assert (said in here.assumed) is assumed
    assert ("container" in here.document.get("userns", {})) is assumed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PrivateUsers=pick", True), ("PrivateUsers=yes", True), ("PrivateUsers=managed", True),
        ("systemd-nspawn -D /m -U", True), ("systemd-nspawn --private-users=pick", True),
        ("systemd-nspawn --private-users=5:6", False),
    ],
)  # fmt: skip
def test_a_range_that_nspawn_picks_is_assumed_aloud(text: str, said: bool) -> None:
    text = f"[Exec]\n{text}" if text.startswith("Private") else text
    found = doctor(text, "owned by 524293")
    words = "the container's range begins at 524288; /proc/PID/uid_map has it"
    assert (words in found.situation.assumed) is said
    if said:
        assert found.answers is not None
        assert found.answers.uid.lanes[-1].id == 5
