# SPDX-License-Identifier: BSD-3-Clause
"""
Deal: endless questions, harder as they go
==========================================

The nth question of a seed, always the same for a level.  Its numbers are drawn so that at least two
wrong readings would answer otherwise, each in its own way: those are the answers offered beside the
key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

from kfuncviz.learn.item import Item
from kfuncviz.learn.judge import offered
from kfuncviz.learn.key import Asked, key
from kfuncviz.learn.misconceptions import answers
from kfuncviz.learn.schedule import EACH
from kfuncviz.model.errors import KernelError

Row = list[int]
#: How often a hand is dealt anew at most, and so long for one misconception.
_MOST, _FOR_ONE = 200, 40
#: What may be the answer besides a number.
_ERRNOS = ("EOVERFLOW", "EINVAL")


class _Hand(NamedTuple):
    """What was drawn: the rows, the way that is asked about, and what is asked in words."""

    mount: list[Row] | None
    caller: list[Row] | None
    about: Asked
    says: str
    stored: int = 0
    kuid: int = 0
    gids: list[Row] | None = None
    parent: list[Row] | None = None
    fs: list[Row] | None = None


def deal(seed: int, nth: int, level: int | None = None, exposes: str = "") -> Item:
    """The nth question (from 0) of a seed.

    Parameters
    ----------
    seed, nth:
        Which numbers are drawn.
    level:
        How hard it is, from 0; beyond the last kind any of the harder ones.  By default as hard as
        for somebody who had everything right.
    exposes:
        The misconception that answers wrongly, and is told by its name, where the level has such
        questions.

    >>> deal(1, 0).ask == deal(1, 0).ask
    True
    >>> item = deal(1, 0, exposes="columns swapped")
    >>> "columns swapped" in answers(item.scenario, item.about)
    True
    """
    level = nth // EACH if level is None else level
    for attempt in range(_MOST):
        rng = Random(f"{seed}/{nth}/{attempt}")  # noqa: S311 (a game)
        kind = level if level < len(KINDS) else rng.randrange(_HARDER, len(KINDS))
        item = _item(tuple(KINDS.values())[kind](rng))
        if _worth_asking(item, exposes if attempt < _FOR_ONE else ""):
            return item
    raise ValueError(f"no question {nth} could be dealt from the seed {seed}")


def kind(level: int) -> str:
    """What the questions of a level are about, in a few words.

    >>> kind(0), kind(99)
    ('reading a row', 'all together')
    """
    return [*KINDS, ALL_TOGETHER][min(level, len(KINDS))]


def _worth_asking(item: Item, exposes: str) -> bool:
    try:
        right = key(item.scenario, item.about)
        wrong = answers(item.scenario, item.about)
    except KernelError:
        return False
    if not (right.isdecimal() or right in _ERRNOS) or len(set(wrong.values())) < 2:
        return False
    told = {value: name for name, value in reversed(wrong.items())}  # the first is told
    return not exposes or told.get(wrong.get(exposes, "")) == exposes


def choices(item: Item) -> tuple[str, ...]:
    """The key among what wrong readings answer."""
    return offered(item._replace(form="choice"))


def _item(hand: _Hand) -> Item:
    told = [
        _rows("The filesystem is mounted in a user namespace that reads", hand.fs),
        _rows("The mount reads", hand.mount, "for users" if hand.gids else ""),
        _rows("and", hand.gids, "for groups") if hand.gids else "",
        _rows("Your container reads", hand.caller),
        _rows("It lies in another one that reads", hand.parent),
    ]
    maps = " ".join(filter(None, told)).replace(" for users. and", " for users and")
    ask = f"{maps}\n{hand.says}"
    return Item("", "", ask, "number", _document(hand), hand.about)


def _rows(head: str, rows: list[Row] | None, tail: str = "") -> str:
    if rows is None:
        return ""
    shown = " and ".join(f"`{' '.join(map(str, row))}`" for row in rows)
    return " ".join(filter(None, (head, shown, tail))) + "."


def _document(hand: _Hand) -> dict[str, Any]:
    userns: dict[str, Any] = {}
    if hand.mount:
        userns["rows"] = {"uid_map": hand.mount} | ({"gid_map": hand.gids} if hand.gids else {})
    if hand.parent:
        userns["outer"] = {"uid_map": hand.parent}
    if hand.caller:
        userns["box"] = {"uid_map": hand.caller} | ({"parent": "outer"} if hand.parent else {})
    if hand.fs:
        userns["disk"] = {"uid_map": hand.fs}
    boxed = {"userns": "box", "caps": "all"} if hand.caller else {}
    root = (hand.fs[0][1] if hand.fs else 0) + (hand.mount[0][0] if hand.mount else 0)
    return {
        "userns": userns,
        "fs": {"root": {"kuid": root, "kgid": root, "mode": "0777"}}
        | ({"userns": "disk"} if hand.fs else {}),
        "setup": [{"type": "file", "path": "f", "kuid": hand.stored, "kgid": hand.stored}],
        "mounts": {"m": {"userns": "rows"}} if hand.mount else {},
        "callers": {"you": {"kuid": hand.kuid, "kgid": hand.kuid} | boxed},
    }


# ------------------------------------------------------------------------------ the kinds of hand


def _row(rng: Random) -> Row:
    """A row of a mount, as people write them."""
    first = rng.choice([0, 1000, rng.randrange(1, 3000)])
    other = rng.choice([0, 1000, 1125, 2000, 100000, rng.randrange(1, 9) * 1000])
    return [first, other, rng.choice([2, 10, 100, 1000, 65536])]


def _near(rng: Random, first: int, count: int) -> int:
    """A number inside a run of ids, at an edge of it, or just beside it."""
    inside = rng.randrange(first, first + min(count, 5000))
    return rng.choice([first, first + count - 1, first + count, inside, inside, 0])


def _reads(kind: str, number: int) -> str:
    return f"A file is stored with {kind} {number}. Which {kind} do you see?"


def _read(rng: Random) -> _Hand:
    row = _row(rng)
    stored = rng.randrange(row[0] + 1, row[0] + row[2])
    about = Asked("f", "you", "m")
    return _Hand([row], None, about, _reads("uid", stored), stored)


def _edge(rng: Random) -> _Hand:
    row = _row(rng)
    stored = _near(rng, row[0], row[2])
    return _Hand([row], None, Asked("f", "you", "m"), _reads("uid", stored), stored)


def _create(rng: Random) -> _Hand:
    row = _row(rng)
    kuid = _near(rng, row[1], row[2])
    says = f"You are uid {kuid} on the host and create a file there. Which uid is stored?"
    return _Hand([row], None, Asked(".", "you", "m", direction="create"), says, kuid=kuid)


def _group(rng: Random) -> _Hand:
    uids, gids = _row(rng), _row(rng)
    stored = rng.choice([_near(rng, uids[0], uids[2]), _near(rng, gids[0], gids[2])])
    about = Asked("f", "you", "m", kind="gid")
    return _Hand([uids], None, about, _reads("gid", stored), stored, gids=[gids])


def _box(rng: Random) -> Row:
    """A row of a container's user namespace: the person or root inside, many ids outside."""
    return [rng.choice([0, 0, 1000]), rng.choice([100000, 231072, 524288]),
            rng.choice([1, 1000, 65536])]  # fmt: skip


def _seen(rng: Random) -> _Hand:
    box = _box(rng)
    stored = _near(rng, box[1], box[2])
    about = Asked("f", "you")
    return _Hand(None, [box], about, _reads("uid", stored), stored, box[1])


def _both(rng: Random) -> _Hand:
    box = _box(rng)
    row = [rng.choice([0, 1000]), box[1] + rng.choice([0, 0, 5]), rng.choice([1, 10, 65536])]
    stored = _near(rng, row[0], row[2])
    return _Hand([row], [box], Asked("f", "you", "m"), _reads("uid", stored), stored, box[1])


def _nested(rng: Random) -> _Hand:
    outer = [0, rng.choice([100000, 231072]), 65536]
    inner = [rng.choice([0, 1000]), rng.choice([1, 1000, 10000]), rng.choice([10, 1000])]
    stored = outer[1] + _near(rng, inner[1], inner[2])
    about = Asked("f", "you")
    kuid = outer[1] + inner[1]
    return _Hand(None, [inner], about, _reads("uid", stored), stored, kuid, parent=[outer])


def _filesystem(rng: Random) -> _Hand:
    disk = [0, rng.choice([300000, 200000]), 65536]
    row = [rng.choice([0, 1000]), rng.choice([1000, 1125, 100000]), rng.choice([1, 10, 1000])]
    stored = _near(rng, row[0], row[2])
    about = Asked("f", "you", "m")
    says = _reads("uid", stored)
    return _Hand([row], None, about, says, disk[1] + stored, fs=[disk])


def _made_inside(rng: Random) -> _Hand:
    box = _box(rng)
    inside = box[0] + rng.choice([0, box[2] - 1])
    row = [rng.choice([0, 1000]), box[1] + rng.choice([0, 0, 1]), rng.choice([1, 1000, 65536])]
    kuid = box[1] + inside - box[0]
    says = f"Inside you are uid {inside}, and create a file there. Which uid is stored?"
    return _Hand([row], [box], Asked(".", "you", "m", direction="create"), says, row[0], kuid)


def _given(rng: Random) -> _Hand:
    box = _box(rng)
    row = [rng.choice([0, 1000]), box[1], rng.choice([10, 1000, 65536])]
    to = _near(rng, box[0], box[2])
    says = f"Inside you are uid {box[0]} with all capabilities, and chown a file to uid {to}."
    about = Asked("f", "you", "m", direction="chown", id=to)
    return _Hand([row], [box], about, f"{says} Which uid is stored?", row[0], box[1])


#: From the easiest to the hardest, each under what it is about.
KINDS: Mapping[str, Callable[[Random], _Hand]] = MappingProxyType(
    {
        "reading a row": _read, "the ends of a row": _edge, "creating": _create,
        "a container's view": _seen, "groups": _group, "mount and container": _both,
        "creating from inside": _made_inside, "a container in a container": _nested,
        "giving away": _given, "a filesystem's own namespace": _filesystem,
    }
)  # fmt: skip
ALL_TOGETHER = "all together"
#: From this kind on a question is worth meeting again.
_HARDER = 2
