# SPDX-License-Identifier: BSD-3-Clause
"""
Questions as they are dealt
===========================

``deals.txt`` has a question a line, three of each level: what is asked, what the kernel answers,
and what is offered.  A seed that somebody noted deals the same questions for ever.  The lines were
read and worked out by hand.  Whoever changes what is dealt reads the new ones:

    python -m tests.learn.test_deal      writes them
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kfuncviz.learn.deal import KINDS, choices, deal, kind
from kfuncviz.learn.key import Asked, key

FILE = Path(__file__).with_name("deals.txt")


def dealt(level: int) -> list[str]:
    """Three questions of a level, a line each."""
    items = [deal(seed, seed, level) for seed in range(3)]
    return [
        f"{item.ask.replace(chr(10), ' ')} {key(item.scenario, item.about)} of "
        f"{', '.join(choices(item))}"
        for item in items
    ]


def read() -> dict[str, list[str]]:
    parts = (part.strip("\n").split("\n") for part in FILE.read_text("utf-8").split("\n\n"))
    return {head: rest for head, *rest in parts}


@pytest.mark.parametrize("level", range(len(KINDS) + 1))
def test_a_seed_deals_what_it_always_did(level: int) -> None:
    assert dealt(level) == read()[f"{kind(level)}:"]


def test_each_level_asks_one_thing_of_whoever_is_you() -> None:
    looks, makes = Asked("f", "you", "m"), Asked(".", "you", "m", direction="create")
    gives = Asked("f", "you", "m", direction="chown", id=1999)
    inside, groups = Asked("f", "you"), Asked("f", "you", "m", kind="gid")
    assert [deal(0, 0, level).about for level in range(len(KINDS))] == [
        looks, looks, makes, inside, groups, looks, makes, inside, gives, looks,
    ]  # fmt: skip


def test_what_is_asked_about_is_all_there_is() -> None:
    def held(level: int, *parts: str) -> list[object]:
        scenario = deal(0, 0, level).scenario
        assert set(scenario) == {"userns", "fs", "setup", "mounts", "callers"}
        return [scenario[part] for part in parts]

    def owned(kuid: int) -> dict[str, object]:
        return {"type": "file", "path": "f", "kuid": kuid, "kgid": kuid}

    assert held(2, "userns", "fs", "setup", "mounts", "callers") == [
        {"rows": {"uid_map": [[2101, 100000, 2]]}},
        {"root": {"kuid": 2101, "kgid": 2101, "mode": "0777"}}, [owned(0)],
        {"m": {"userns": "rows"}}, {"you": {"kuid": 100001, "kgid": 100001}},
    ]  # fmt: skip
    assert held(4, "userns", "setup") == [
        {"rows": {"uid_map": [[2054, 5000, 100]], "gid_map": [[26, 2000, 10]]}}, [owned(2054)],
    ]  # fmt: skip
    assert held(7, "userns", "fs", "setup", "mounts", "callers") == [
        {"outer": {"uid_map": [[0, 231072, 65536]]},
         "box": {"uid_map": [[1000, 1, 10]], "parent": "outer"}},
        {"root": {"kuid": 0, "kgid": 0, "mode": "0777"}}, [owned(231082)], {},
        {"you": {"kuid": 231073, "kgid": 231073, "userns": "box", "caps": "all"}},
    ]  # fmt: skip
    assert held(8, "setup", "callers") == [
        [owned(1000)], {"you": {"kuid": 524288, "kgid": 524288, "userns": "box", "caps": "all"}},
    ]  # fmt: skip
    assert held(9, "userns", "fs", "setup") == [
        {"rows": {"uid_map": [[1000, 1000, 1000]]}, "disk": {"uid_map": [[0, 200000, 65536]]}},
        {"root": {"kuid": 201000, "kgid": 201000, "mode": "0777"}, "userns": "disk"},
        [owned(201999)],
    ]  # fmt: skip


def test_who_gives_away_is_an_id_of_the_container() -> None:
    for nth in range(30):
        item = deal(1, nth, 8)
        ((first, lower, _),) = item.scenario["userns"]["box"]["uid_map"]
        assert f"Inside you are uid {first} with all capabilities" in item.ask
        assert item.scenario["callers"]["you"]["kuid"] == lower


if __name__ == "__main__":
    new = "\n\n".join("\n".join([f"{kind(n)}:", *dealt(n)]) for n in range(len(KINDS) + 1))
    FILE.write_text(new + "\n", "utf-8")
