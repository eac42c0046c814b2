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
from kfuncviz.dialects.reader import ROWS_MAX, SAID_MAX
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
    assert not parse("subuid", "# " + "x" * (TEXT_MAX - 8) + "\na:1:1").problems
    assert detect("lxc.idmap " * TEXT_MAX) == []


def test_rows_and_words_have_bounds() -> None:
    many = "\n".join(f"u {n} {n} 1" for n in range(ROWS_MAX + 1))
    problems = [str(problem) for problem in parse("lxc", many).problems]
    assert problems[0] == f"line {ROWS_MAX + 1} column 3: more than {ROWS_MAX} rows"
    assert len(parse("lxc", many).maps[0].rows) == ROWS_MAX
    assert len(parse("lxc", "lxc.idmap = x\n" * 200).problems) == SAID_MAX
    assert len(parse("x-mount.idmap", " ".join(f"b:{n}:1:1x" for n in range(200))).remarks) <= (
        SAID_MAX
    )
    assert len(parse("subuid", "a:1:1\n" * (ROWS_MAX + 5)).ranges) == ROWS_MAX


def test_words_of_a_shell_keep_their_places() -> None:
    text = """a --b='c d' "e\\"f" g\\ h \\\n i'j'k"""
    words = Piece.of(text).words()
    assert [word.text for word in words] == ["a", "--b=c d", 'e"f', "g h", "ijk"]
    for word in words:
        assert [text[at] for at in word.at[: len(word.text)]] == list(word.text)
        assert len(word.at) == len(word.text) + 1
    assert [word.text for word in Piece.of("a '").words()] == ["a"]


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
