# SPDX-License-Identifier: BSD-3-Clause
"""
Hostile inputs and deaf readers
===============================

The command as a process of its own, with little memory and little time: whatever comes in, whoever
stops listening, there is an exit status and at most a line about it, never a traceback.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

MIB = 1 << 20
#: Address space, most of which is never touched, and seconds of a processor.  Five seconds are
#: promised; where many programs share a core and its caches, the same work counts for up to twice
#: as many.
MEMORY, CPU_SECONDS = 500 * MIB, 10
#: When a process that waits for something that never comes is given up.
PATIENCE = 600
COMMAND = [sys.executable, "-m", "kfuncviz.cli"]
#: A shell that runs the tests in the background lets its children ignore Ctrl-C; this one does not.
INTERRUPTIBLE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from kfuncviz.cli import main
raise SystemExit(main())
"""
SOUND = b'{"ops": []}'


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def run(
    *arguments: str, data: bytes = b"", command: list[str] = COMMAND
) -> tuple[int, bytes, list[str]]:
    """Exit status, standard output, lines of standard error."""
    done = subprocess.run(
        [*command, *arguments], input=data, capture_output=True, timeout=PATIENCE, check=False,
        preexec_fn=limited,
    )  # fmt: skip
    lines = done.stderr.decode().splitlines()
    assert all(line.startswith("kfuncviz: ") and line.isprintable() for line in lines), lines[:3]
    return done.returncode, done.stdout, lines


#: The same promise for a program: one plain line, and all printed forms within the limits.
PROGRAM = """
import sys
import kfuncviz as kv
try:
    scenario = kv.Scenario(sys.argv[1])
    done = scenario.replay()
    size = len(str(done)) + len(repr(done)) + sum(len(op.trace()) for op in done.ops[:1])
    print(scenario.to_text(), size)
except kv.ScenarioError as error:
    print(f"kfuncviz: {error}", file=sys.stderr)
    raise SystemExit(2)
"""


def many(piece: bytes, number: int) -> bytes:
    return b",".join([piece] * number)


HOSTILE = {
    "empty lists": b'{"ops":[' + many(b"[]", 1_000_000) + b"]}",
    "empty objects": b'{"ops":[' + many(b"{}", 1_000_000) + b"]}",
    "texts": b'{"ops":[' + many(b'"ab"', 1_600_000) + b"]}",
    "floats": b'{"ops":[' + many(b"1e1", 2_000_000) + b"]}",
    "infinite": b'{"ops":[' + many(b"1e999", 1_000_000) + b"]}",
    "keys": b"{" + b",".join(b'"%x":1' % n for n in range(700_000)) + b"}",
    "keys twice": b'{"a":[' + many(b'{"a":1,"a":2}', 200_000) + b"]}",
    "digits": b'{"id":' + b"9" * 8_000_000 + b"}",
    "numbers of many digits": b'{"ops":[' + many(b"9" * 300, 27_000) + b"]}",
    "astral": ('{"title":"' + "\U0001f600" * 2_000_000 + '"}').encode(),
    "unfinished escapes": b'{"a":"' + b'\\"' * 4_000_000,
    "quotes": b"{" + b'"' * 8_000_000,
    "brackets": b"[" * 10_000_000,
    "braces": b'{"a":' * 1_600_000,
    "closing brackets": b"{" + b"]" * 8_000_000,
    "long line": b'{"title":"' + b"x" * 8_000_000 + b'"}',
    "zeros": b"\0" * 9_000_000,
    "newlines": b"\n" * 9_000_000,
    "ten megabytes": b"x" * 10_000_000,
    "yaml brackets": b"a: " + b"[" * 260_000,
    "yaml dashes": b"- " * 130_000,
    "yaml items": b"- a\n" * 30_000,
    "yaml flow": b"{" + b"a: b, " * 20_000 + b"}",
    "yaml keys": b"? a\n" * 65_000,
    "yaml lines": b"a\n" * 131_000,
    "yaml anchors": b"&a " * 80_000,
    "yaml tags": b"!" * 260_000,
    "yaml directives": b"%TAG ! !\n" * 29_000,
    "yaml quotes": b"''" * 130_000,
    "yaml escapes": b'"' + b"\\x41" * 65_000 + b'"',
    "yaml bomb": b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, many(b"*a%d" % (n - 1) if n else b"x", 9)) for n in range(30)
    ),
    "groups": b'{"callers":{%s}}' % b",".join(
        b'"c%d":{"kgroups":[%s]}' % (n, many(b"1", 20_000)) for n in range(60)
    ),
    "answers": json.dumps({
        "setup": [{"type": "file", "path": "f"}],
        "ops": [{"op": "setxattr", "path": "f", "name": "user.a", "value": "x" * 65000}]
        + [{"op": "getxattr", "path": "f", "name": "user.a"}] * 9999,
    }).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_memory_and_time(name: str) -> None:
    status, out, err = run("replay", "-", data=HOSTILE[name])
    assert (status, out) == (2, b"")
    assert 1 <= len(err) <= 101
    assert all(len(line) < 300 for line in err)
    assert "memory" not in err[0]


LINKS = [{"type": "dir", "path": "d"}]
LINKS += [
    {"type": "symlink", "path": f"l{n}", "target": "d/../" * 818 + (f"l{n + 1}" if n < 39 else "d")}
    for n in range(40)
]
ACL = [["user_obj", None, "rwx"], *(["user", n, "r-x"] for n in range(996)),
       ["group_obj", None, "r-x"], ["mask", None, "rwx"], ["other", None, "r-x"]]  # fmt: skip
FOLLOW = {"op": "stat", "path": "l0", "follow": True}
#: Small valid files that ask for minutes or gigabytes, and the place where that is too much.
TOO_MUCH: dict[str, dict[str, object]] = {
    "links": {"setup": LINKS, "ops": [FOLLOW] * 9999},
    "links through an ACL": {
        "callers": {"c": {"kuid": 5}}, "ops": [FOLLOW] * 9999,
        "setup": [LINKS[0] | {"acl": ACL, "mode": "0700"}, *LINKS[1:]],
    },
    "links in the set-up": {
        "setup": [*LINKS, *({"type": "file", "path": f"l0/{n}"} for n in range(4000))],
    },
    "inherited ACLs": {
        "setup": [{"type": "dir", "path": "d", "default_acl": ACL}],
        "ops": [{"op": "mkdir", "path": f"d/{n}"} for n in range(9999)],
    },
    "ACLs read": {
        "setup": [{"type": "file", "path": "f", "acl": ACL}],
        "ops": [{"op": "getacl", "path": "f"}] * 9999,
    },
    "ACLs written": {
        "setup": [{"type": "file", "path": "f"}],
        "ops": [{"op": "setacl", "path": "f", "entries": [*ACL[:400], *ACL[-3:]]}] * 900,
    },
    "directories listed": {
        "setup": [{"type": "file", "path": f"{n:04}" + "n" * 251} for n in range(4095)],
        "ops": [{"op": "readdir", "path": "."}] * 9999,
    },
    "deep directories": {
        "ops": [{"op": "mkdir", "path": "/".join(["d"] * n)} for n in range(1, 2000)],
    },
}  # fmt: skip
#: Of these a program keeps the trace too, which costs it the most.
TRACED = ("links through an ACL", "ACLs written", "deep directories")


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_small_file_cannot_ask_for_minutes_and_gigabytes(name: str, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps(TOO_MUCH[name], separators=(",", ":")))
    command = [sys.executable, "-c", PROGRAM] if name in TRACED else [*COMMAND, "replay"]
    status, out, (line,) = run(str(path), command=command)
    assert (status, out) == (2, b"")
    assert "too much to ask: " in line


def test_ten_thousand_operations_are_not_too_many(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    ops = [
        {"op": "create", "path": "a/b/f"}, {"op": "chown", "path": "a/b/f"},
        {"op": "rename", "path": "a/b/f", "to": "a/b/g"},
        {"op": "rename", "path": "a/b/g", "to": "a/f"}, {"op": "unlink", "path": "a/f"},
    ] * 2000  # fmt: skip
    path.write_text(json.dumps({
        "userns": {"M": {"uid_map": [[0, 0, 70000]]}}, "mounts": {"m": {"userns": "M"}},
        "setup": [{"type": "dir", "path": "a"}, {"type": "dir", "path": "a/b"}], "ops": ops,
    }))  # fmt: skip
    status, _, err = run(str(path), command=[sys.executable, "-c", PROGRAM])
    assert (status, err) == (0, [])
    status, out, err = run("replay", str(path))
    assert (status, err) == (0, [])
    assert {op["err"] for op in json.loads(out)["ops"]} == {None}


def test_strangers_without_end_cost_no_more_than_a_hundred() -> None:
    keys = {f"chwn{n}": 1 for n in range(100)}
    for document in (
        {"ops": [keys] * 600},
        {"ops": [{"op": f"chwon{n}", "path": "f"} for n in range(10_000)]},
        {"setup": [{"type": "file", "path": "f", **keys}] * 400},
        {"callers": {f"c{n}": keys for n in range(64)}, "userns": {"M": keys}},
    ):
        status, out, err = run("replay", "-", data=json.dumps(document).encode())
        assert (status, out, len(err)) == (2, b"", 101)
        assert err[-1].endswith("more problems are not listed here")


def test_a_token_that_unpacks_to_half_a_gigabyte_is_not_unpacked() -> None:
    packer = zlib.compressobj(9, wbits=-15)
    packed = b"".join(packer.compress(b"\0" * MIB) for _ in range(512)) + packer.flush() + b"\0" * 4
    token = b"kfv1." + base64.urlsafe_b64encode(packed).rstrip(b"=")
    assert len(token) < MIB
    status, out, err = run("show", "-", data=token)
    assert (status, out) == (2, b"")
    assert err == ["kfuncviz: -: token: it unpacks to more than 8388608 bytes"]


@pytest.mark.parametrize("command", [["replay"], ["show"], ["check-map", "--as", "uid_map"],
                                     ["check-map", "--as", "subuid"]])  # fmt: skip
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/proc/self/mem", "/"])
def test_a_file_that_is_none(command: list[str], path: str) -> None:
    if not Path(path).exists():
        pytest.skip(f"no {path} here")
    status, _, err = run(*command, path)
    if path == "/dev/null" and command[0] == "check-map":
        assert (status, err) == (0 if "subuid" in command else 1, [])
    else:
        assert status == 2
        assert [path in line for line in err] == [True]


def test_a_subuid_file_of_many_lines_takes_no_time() -> None:
    data = b"".join(b"u:%d:1\n" % n for n in range(90_000))
    status, out, err = run("check-map", "--as", "subuid", data=data)
    assert (status, out.count(b"\n"), err) == (0, 90_000, [])


def test_a_fifo_is_read_and_a_stream_answered_line_by_line(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with subprocess.Popen([*COMMAND, "replay", str(fifo)], stdout=subprocess.PIPE) as process:
        with fifo.open("wb") as writer:
            writer.write(SOUND + b"\n" + SOUND)
        assert process.communicate(timeout=PATIENCE)[0].count(b"\n") == 2
        assert process.returncode == 0


def with_streams(redirection: str, *arguments: str) -> tuple[int, str]:
    """Run under a shell with redirected streams; exit status and what is left on stderr."""
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", *COMMAND, *arguments]
    done = subprocess.run(command, input=SOUND, capture_output=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stderr.decode()


WRITERS = [
    ["replay", "-"], ["show", "keep-id"], ["show", "keep-id", "--as", "svg"], ["gallery"],
    ["--version"], ["--help"], ["replay", "--help"],
    ["check-map", "--as", "uid_map", "--text", "0 0 1"],
]  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", WRITERS, ids=" ".join)
def test_a_full_disk_is_an_error_in_one_line(
    arguments: list[str], unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    full = "kfuncviz: standard output: No space left on device\n"
    assert with_streams(">/dev/full", *arguments) == (2, full)


@pytest.mark.parametrize("arguments", WRITERS, ids=" ".join)
def test_closed_streams_are_errors(arguments: list[str]) -> None:
    assert with_streams(">&-", *arguments) == (2, "kfuncviz: standard output is closed\n")


def test_closed_input_and_closed_error() -> None:
    assert with_streams("<&-", "replay", "-") == (2, "kfuncviz: -: standard input is closed\n")
    assert with_streams("2>&-", "replay", "/no/such") == (2, "")
    assert with_streams("2>&-", "replay", "-") == (0, "")
    assert with_streams("2>&-", "bogus") == (2, "")


def test_a_reader_that_has_enough_ends_the_command_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes((SOUND + b"\n") * 20_000)
    with subprocess.Popen(
        [*COMMAND, "replay", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 141


def test_an_interrupt_while_it_loads_is_silent_too() -> None:
    """Ctrl-C arrives while the command imports what it needs."""
    program = """
import sys
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
from kfuncviz.cli import main
raise SystemExit(main(["show", "keep-id"]))
"""
    for module in ("argparse", "kfuncviz.scenario.machine", "kfuncviz.cli.show", "kfuncviz.api",
                   "kfuncviz.render"):  # fmt: skip
        done = subprocess.run([sys.executable, "-c", program, module], capture_output=True,
                              timeout=PATIENCE, check=False)  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_an_interrupt_ends_the_command_in_silence() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "replay", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write((SOUND + b"\n") * 1000)
        process.stdin.flush()
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_terminal_that_knows_only_ascii_gets_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    for arguments in WRITERS:
        status, out, err = run(*arguments, data=SOUND)
        assert (status, err) == (0, [])
        assert out.isascii()
