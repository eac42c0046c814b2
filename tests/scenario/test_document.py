# SPDX-License-Identifier: BSD-3-Clause
"""
Reading texts from outside
==========================

What is refused says where and what would be right; what is accepted means the same in JSON and
YAML; a file of many scenarios is split without one broken line hiding another.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading.document import JSON_MAX, YAML_MAX, parse_line, parse_text
from kfuncviz.scenario.reading.lines import SKIPPED_MAX, documents

SOUND = b'{"ops": []}'


def problems(data: bytes | str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        parse_text(data)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"", "", "empty"),
        (b" \r\n\t ", "", "empty"),
        (b"\xef\xbb\xbf", "", "empty"),
        (b"title: \xe9", "line 1 byte 8", "not UTF-8"),
        (b"a: 1\nb: \xff", "line 2 byte 4", "not UTF-8"),
        ('{"ops": []}'.encode("utf-16"), "line 1 byte 1", "UTF-16"),
        (b"\0\0\0", "line 1 column 1", "U+0000"),
        (b'title: a\nnotes: "\x1b[31m"', "line 2 column 9", "U+001B"),
        (b'{"ops": [1, 2}', "line 1 column 14", "not JSON"),
        (b'{\n "ops": [],\n "setup": [}\n}', "line 3 column 12", "not JSON"),
        (b'{"title": "\n"}', "line 1 column 12", "control character"),
        (b'{"ops": []} {"ops": []}', "line 1 column 13", "extra data"),
        (b"[" * 100_000, "line 1 column 33", "nested deeper than 32"),
        (b'{"a":\n' * 100_000, "line 33 column 1", "nested deeper than 32"),
        (b"a: " + b"[" * 100_000, "line 1 column 35", "nested deeper than 32"),
        (b"- " * 50_000 + b"x", "line 1 column 65", "nested deeper than 32"),
        (b"ops:\n\t- x", "line 2 column 1", "not YAML: while scanning for the next token, found"),
        (b"a: 1\n---\nb: 2\n", "line 2 column 1", "single document"),
        (b"{ops: [}", "line 1 column 8", "not YAML"),
        (b"? [a]\n: 1\n", "line 1 column 3", "a key must be a text"),
        (b"a: &x [1]\nb: *x", "line 1 column 4", "anchors are not allowed"),
        (b"a: *x", "line 1 column 4", "aliases are not allowed"),
        (b'!!python/object/apply:os.system ["id"]', "line 1 column 1", "tags"),
        (b"a: !!binary x", "line 1 column 4", "tags"),
        (b"a: !" + b"x" * 1000, "line 1 column 4", "..."),
        (b'title: "\\U00110000"', "line 1 column 11", "out of every range"),
        (b'a: 1\ntitle: "\\UFFFFFFFF"', "line 2 column 11", "out of every range"),
        (b'title: "\\U0000"', "line 1 column 11", "expected escape sequence"),
        (b"%YAML 1." + b"9" * 5000 + b"\n---\na: 1", "line 1 column 9", "out of every range"),
        (b"%YAML " + b"9" * 5000 + b".1\n---\na: 1", "line 1 column 7", "out of every range"),
        (b"%YAML 2.0\n---\na: 1", "line 1 column 1", "incompatible"),
        (b"%TAG ! !\n%TAG ! !\n---\na: 1", "line 2 column 1", "duplicate"),
        (b"!x!y a: 1", "line 1 column 1", "undefined tag handle"),
        (b"a: !<%ff> b", "line 1 column 6", "utf"),
        (b"a: |99\n b", "line 1 column 6", "not YAML"),
        (b"x" * (JSON_MAX + 1), "", f"more than {JSON_MAX} bytes"),
        (b"x" * (YAML_MAX + 1), "", f"{YAML_MAX} is the most"),
    ],
)
def test_a_text_that_is_refused_has_one_problem_with_its_place(
    data: bytes, place: str, words: str
) -> None:
    (problem,) = problems(data)
    assert problem.startswith(f"{place}: ") == bool(place)
    assert words in problem
    assert len(problem) < 200
    assert problem.isprintable()


@pytest.mark.parametrize(
    "first",
    [b"[", b"{", b"{}", b'{"a"', b"[null", b"[true", b"[false", b"[1", b"[-1", b'["a"', b"[{}",
     b"[[]"],
)  # fmt: skip
def test_what_begins_as_json_is_read_as_json(first: bytes) -> None:
    cut = b"" if len(first) == 1 else b"} x"
    (problem,) = problems(first + cut)
    assert "not JSON" in problem


def test_laughing_billions_are_refused_before_anything_is_built() -> None:
    rows = ["a0: &a0 [x, x]"]
    rows += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert problems("\n".join(rows)) == ["line 1 column 5: anchors are not allowed"]


def test_every_key_that_stands_twice_is_named_with_its_place() -> None:
    text = (
        '{"userns": {"M": {"uid_map": [], "uid_map": []}}, "ops": [{"op": 1, "op": 2}], "ops": []}'
    )
    assert problems(text)[-1] == "ops: this key stands twice"
    assert problems(
        '{"userns": {"M": {"parent": 1, "parent": 2}}, "ops": [{"op": 1, "op": 2}]}'
    ) == [
        "userns.M.parent: this key stands twice",
        "ops[0].op: this key stands twice",
    ]
    assert problems("a: 1\nb: {c: 1, c: 2}\na: 3") == [
        "line 3 column 1: the key 'a' stands twice in one object",
        "line 2 column 11: the key 'c' stands twice in one object",
    ]


def test_keys_that_stand_twice_are_not_listed_without_end() -> None:
    pairs = ",".join(['{"a": 1, "a": 2}'] * 10_000)
    assert len(problems(f'{{"ops": [{pairs}]}}')) == 100
    assert len(problems("ops: [" + "{a: 1, a: 2}, " * 5_000 + "]")) == 100


@pytest.mark.parametrize(
    ("scalar", "meant"),
    [
        ("0755", "0755"), ("0o755", "0o755"), ("0x10", "0x10"), ("1e3", "1e3"), ("1.5", "1.5"),
        ("1:30", "1:30"), ("1_000", "1_000"), ("+5", "+5"), ("yes", "yes"), ("no", "no"),
        ("on", "on"), ("y", "y"), ("2001-01-01", "2001-01-01"), (".nan", ".nan"), (".inf", ".inf"),
        ("=", "="), ("<<", "<<"), ("12", 12), ("-1", -1), ("0", 0), ("true", True),
        ("False", False), ("null", None), ("~", None), ("", None), ("True", True), ("TRUE", True),
        ("false", False), ("FALSE", False), ("Null", None), ("NULL", None), ("tRUE", "tRUE"),
        ("nULL", "nULL"), ("01", "01"), ("-0", 0), ("1", 1), ("23", 23), ("34", 34),
        ("45", 45), ("56", 56), ("67", 67), ("78", 78), ("89", 89), ("90", 90),
        ("9" * 300, int("9" * 300)), ("9" * 301, "9" * 301),
    ],
)  # fmt: skip
def test_yaml_scalars_are_json_scalars_or_text(scalar: str, meant: Any) -> None:
    assert parse_text(f"a: {scalar}\n") == {"a": meant}


def test_yaml_merge_keys_are_ordinary_keys() -> None:
    assert parse_text("{a: {<<: {b: 1}, c: 2}}") == {"a": {"<<": {"b": 1}, "c": 2}}


def test_yaml_keys_are_texts_as_in_json() -> None:
    assert parse_text("{1: a, true: b, null: c, 2001-01-01: d}") == {
        "1": "a", "true": "b", "null": "c", "2001-01-01": "d",
    }  # fmt: skip


@pytest.mark.parametrize("digits", ["9" * 4300, "9" * 4301, "9" * 100_000, "-" + "9" * 4301])
def test_numbers_of_many_digits_stay_texts(digits: str) -> None:
    assert parse_text(f'{{"a": {digits}}}') == {"a": digits}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_marks_and_line_ends_do_not_matter(newline: str, mark: str) -> None:
    for text in ('{"ops":\n []}', "ops:\n  []\n"):
        assert parse_text((mark + text.replace("\n", newline)).encode()) == {"ops": []}
    lines = (mark + newline.join(['{"ops": []}', "", '{"id": 1}'])).encode()
    split = list(documents(io.BytesIO(lines)))
    assert [number for number, _ in split] == [1, 3]
    assert [parse_line(data) for _, data in split] == [{"ops": []}, {"id": 1}]


def test_whatever_the_yaml_reader_raises_is_one_problem_with_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {ScenarioError, MemoryError, KeyboardInterrupt}
    for error in (KeyError, IndexError, AttributeError, RecursionError, AssertionError, *known):

        def fail(*_: object, error: type[BaseException] = error) -> None:
            raise error([] if error is ScenarioError else "boom")

        monkeypatch.setattr("yaml.scanner.Scanner.fetch_plain", fail)
        with pytest.raises(error if error in known else ScenarioError) as caught:
            parse_text("ops:\n  x")
        if error not in known:
            assert str(caught.value) == "line 1 column 1: not YAML: it cannot be read on"


def test_places_in_a_line_are_columns() -> None:
    with pytest.raises(ScenarioError, match=r"^byte 11: not UTF-8"):
        parse_line(b'{"title": \xff}\n')
    with pytest.raises(ScenarioError, match=r"^column 14: not JSON"):
        parse_line(b'{"ops": [1, 2}\n')


def assert_plain(parse: Callable[[Any], Any], data: bytes | str) -> None:
    """Either it parses or every problem is one plain line."""
    with suppress(ScenarioError):
        parse(data)
        return
    with pytest.raises(ScenarioError) as caught:
        parse(data)
    found = [str(problem) for problem in caught.value.problems]
    assert found
    assert all(line.isprintable() for line in found)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_document_or_a_scenario_error(data: bytes) -> None:
    for parse in (parse_text, parse_line):
        assert_plain(parse, data)


@given(st.text(alphabet="{}[]:,\"\\ \n-?&*!|>#'%@`a0", max_size=60))
def test_any_punctuation_is_a_document_or_a_scenario_error(text: str) -> None:
    assert_plain(parse_text, text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_json_is_read_as_the_standard_library_reads_it(value: Any) -> None:
    text = json.dumps({"a": value}, ensure_ascii=False)
    assert parse_text(text) == {"a": value}


# ------------------------------------------------------------------ many in a file


def numbers(data: bytes, *, lines: bool = False) -> list[int | None]:
    return [number for number, _ in documents(io.BytesIO(data), lines=lines)]


@pytest.mark.parametrize(
    ("data", "split"),
    [
        (SOUND, [1]),
        (b"\n\n" + SOUND + b"\n\n" + SOUND, [3, 5]),
        (SOUND + b"\n{broken\n[1]\n" + SOUND, [1, 2, 3, 4]),
        (b"{broken\n" + SOUND + b"\n", [1, 2]),
        (b'{"a": 1, "a": 2}\n' + SOUND, [1, 2]),
        (b'{\n "ops": [\n  {"op": "stat", "path": "f"}\n ]\n}\n', [None]),
        (b'{"ops": [\n{"op": "stat", "path": "f"}\n]}\n', [None]),
        (b'ops:\n  - {"op": "stat", "path": "f"}\n', [None]),
        (b"{ops: []}\n", [None]),
        (b"", [None]),
    ],
)
def test_a_file_is_one_document_or_one_a_line(data: bytes, split: list[int | None]) -> None:
    assert numbers(data) == split


def test_a_file_named_so_is_one_a_line_whatever_it_holds() -> None:
    assert numbers(b"ops: []\n{\n\nx\n", lines=True) == [1, 2, 4]
    assert numbers(b"", lines=True) == []


def test_a_line_that_is_too_long_does_not_hide_the_next() -> None:
    data = SOUND + b'\n{"title": "' + b"x" * (2 * JSON_MAX) + b'"}\n' + SOUND
    split = list(documents(io.BytesIO(data)))
    assert [number for number, _ in split] == [1, 2, 3]
    with pytest.raises(ScenarioError, match=f"more than {JSON_MAX} bytes"):
        parse_line(split[1][1])
    assert parse_line(split[2][1]) == {"ops": []}


def test_a_line_without_end_is_given_up() -> None:
    class Zeros(io.RawIOBase):
        read_so_far = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = bytes(len(buffer))
            self.read_so_far += len(buffer)
            return len(buffer)

    zeros = Zeros()
    stream = documents(io.BufferedReader(zeros), lines=True)
    number, line = next(stream)
    assert (number, len(line)) == (1, JSON_MAX + 1)
    with pytest.raises(ScenarioError, match=f"^line 1: more than {SKIPPED_MAX} bytes; what may"):
        next(stream)
    assert SKIPPED_MAX < zeros.read_so_far < SKIPPED_MAX + 4 * JSON_MAX


def test_a_stream_without_end_is_read_line_by_line() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[: len(SOUND) + 1] = SOUND + b"\n"
            return len(SOUND) + 1

    stream = documents(io.BufferedReader(Endless()))
    assert [next(stream)[0] for _ in range(1000)] == list(range(1, 1001))
