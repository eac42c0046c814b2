# SPDX-License-Identifier: BSD-3-Clause

"""
Scenes: ownership answers written by hand
=========================================

One object for each thing a picture must be able to say.  The numbers were worked out on paper, so
that a test of the drawing does not lean on the code that will compute them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kfuncviz.scenario.ownership.answer import Call, Lane, Ownership
from kfuncviz.scenario.ownership.travel import Hop, travel

ONE = ((0, 100000, 65536),)
FIVE = (
    (0, 100000, 1000),
    (1000, 1000, 1),
    (1001, 101001, 64533),
    (65534, 65534, 1),
    (4294900000, 4294000000, 1000),
)
FIVE_CALLER = ((0, 100000, 1000), (1000, 1000, 1), (1001, 101001, 64535))
MANY = tuple((1000 * n, 5000000 + 1000 * n, 900) for n in range(340))
MANY_CALLER = tuple((1000 * n, 5000000 + 1000 * n, 800) for n in range(340))
NINE = tuple((100 * n, 20000 + 100 * (8 - n), 100) for n in range(9))
LONG = "a very long name of a place that nobody could ever read in so small a header"

Asked = tuple[Hop, dict[str, Any]]

READ = ("make_vfsuid", "from_kuid_munged")
CREATE = ("mapped_fsuid", "current_fsuid")
CHOWN = ("from_vfsuid", "make_kuid")


def mount(rows: Any, helper: str, **found: Any) -> Asked:
    return Hop("mount", "mount idmap", tuple(rows), not rows, "left", helper), found


def caller(rows: Any, helper: str, **found: Any) -> Asked:
    return Hop("caller", "caller's user ns", tuple(rows), not rows, "right", helper), found


def owned(
    title: str, direction: Any, places: tuple[Lane, ...], asked: tuple[Asked, ...], **more: Any
) -> Ownership:
    """An answer of lanes and of hops with what was found there: ``row`` or ``lost``."""
    hops = tuple(hop for hop, _ in asked)
    rows = {h: found["row"] for h, (_, found) in enumerate(asked) if "row" in found}
    lost = next((h for h, (_, found) in enumerate(asked) if "lost" in found), None)
    way = travel(direction, hops, rows, lost)
    return Ownership(title, "uid", direction, places, hops, way, **more)


def called(function: str, arguments: str, answer: str, hop: int | None, depth: int = 0) -> Call:
    url = f"https://kernel.example/{function}"
    file, section = "fs/mnt_idmapping.c", "5"
    return Call(function, arguments, answer, depth, file, section, url, "", measured=True, hop=hop)


def lanes(disk: Any, middle: Any, last: Any, **shown: Any) -> tuple[Lane, ...]:
    return (
        Lane("fs", "On disk", "ext4 \N{MIDDLE DOT} i_uid", disk),
        Lane("mount", "In the mount", "/srv/web \N{MIDDLE DOT} vfsuid", middle),
        Lane("caller", "You see", "container \N{MIDDLE DOT} stat uid", last, **shown),
    )


def read(
    title: str, ids: Any, first: Asked, second: Asked, calls: Any = (), **shown: Any
) -> Ownership:
    return owned(title, "read", lanes(*ids, **shown), (first, second), calls=tuple(calls))


def nested(ids: Any = (1000, 1000, 0, 1000), **found: Any) -> Ownership:
    places = (
        Lane("fs", "On disk", "ext4 \N{MIDDLE DOT} i_uid", ids[0]),
        Lane("mount", "Host", "kernel id", ids[1]),
        Lane("mid", "Intermediate", "rootless user ns", ids[2]),
        Lane("caller", "Container", "stat uid", ids[3], shown=65534 if ids[3] is None else None),
    )
    of_mid, of_last = (
        ((0, 1000, 1), (1, 100000, 65536)),
        ((0, 1, 1000), (1000, 0, 1), (1001, 1001, 64536)),
    )
    mid = Hop("mid", "rootless user ns", of_mid, False, "right", "", note="flattened")
    last = Hop("caller", "container user ns", of_last, False, "right", "from_kuid_munged")
    asked = (
        mount((), "make_vfsuid"),
        (mid, found.get("mid", {"row": 0})),
        (last, found.get("last", {"row": 1})),
    )
    return owned("Rootless container, keep-id", "read", places, asked)


def unmade() -> Ownership:
    """A file behind a mount that could not be made: the way ends on the disk."""
    hops = (mount(ONE, READ[0])[0], caller(ONE, READ[1])[0])
    return Ownership(
        "Behind no mount", "uid", "read", lanes(1000, None, None), hops,
        travel("read", hops, {}, begun=False), err="EINVAL", unmade="mounts.m",
    )  # fmt: skip


def scenes() -> dict[str, Ownership]:
    """Every scene by its name."""
    one = read(
        "One row in each map", (1000, 101000, 1000), mount(ONE, READ[0], row=0),
        caller(ONE, READ[1], row=0),
        (called("make_vfsuid", "idmap, fs_userns, 1000", "101000", 0),
         called("from_kuid_munged", "caller_ns, 101000", "1000", 1)),
    )  # fmt: skip
    return {
        "one": one,
        "shift": read(
            "Portable home", (1000, 1125, 1125), mount([(1000, 1125, 1)], READ[0], row=0),
            caller((), READ[1]),
        ),
        "nothing": read("No map", (1000, 1000, 1000), mount((), READ[0]), caller((), READ[1])),
        "lost_mount": read(
            "Lost in the mount", (70000, None, None), mount(ONE, READ[0], lost=True),
            caller(ONE, READ[1]),
            (called("make_vfsuid", "idmap, fs_userns, 70000", "INVALID", 0),
             called("from_kuid_munged", "caller_ns, INVALID", "65534", 1)),
    shown=65534,
        ),
        "lost_caller": read(
            "Lost at the caller", (1000, 1000, None),
            mount(((0, 100000, 1000), (1000, 1000, 1)), READ[0], row=1),
            caller(ONE, READ[1], lost=True), shown=65534,
        ),
        "unmade": unmade(),
        "really": read(
            "Really 65534", (65534, 165534, 65534), mount(ONE, READ[0], row=0),
            caller(ONE, READ[1], row=0),
        ),
        "create": writing("create", (33, 100033, 33), mount(ONE, CREATE[0], row=0),
                          caller(ONE, CREATE[1], row=0)),
        "create_refused": writing(
            "create", (None, 0, 0), mount([(0, 10000, 1000)], CREATE[0], lost=True),
            caller((), CREATE[1]), "EOVERFLOW",
        ),
        "chown": writing("chown", (33, 100033, 33), mount(ONE, CHOWN[0], row=0),
                         caller(ONE, CHOWN[1], row=0)),
        "chown_einval": writing(
            "chown", (None, None, 70000), mount(ONE, CHOWN[0]),
            caller(ONE, CHOWN[1], lost=True), "EINVAL",
        ),
        "chown_eoverflow": writing(
            "chown", (None, 5, 5), mount(ONE, CHOWN[0], lost=True), caller((), CHOWN[1]),
            "EOVERFLOW",
        ),
        "five": read("Five rows", (1000, 1000, 1000), mount(FIVE, READ[0], row=1),
                     caller(FIVE_CALLER, READ[1], row=1)),
        "ten_digits": read(
            "Five rows, ten-digit ids", (4294900123, 4294000123, None),
            mount(FIVE, READ[0], row=4), caller(FIVE_CALLER, READ[1], lost=True), shown=65534,
        ),
        "nine": read("Nine rows", (250, 20650, 250), mount(NINE, READ[0], row=2),
                     caller(NINE, READ[1], row=2)),
        "many": read("340 rows in each map", (170500, 5170500, 170500),
                     mount(MANY, READ[0], row=170), caller(MANY_CALLER, READ[1], row=170)),
        "many_lost": read(
            "Lost among 340 rows", (170850, 5170850, None), mount(MANY, READ[0], row=170),
            caller(MANY_CALLER, READ[1], lost=True), shown=65534,
        ),
        "nested": nested(),
        "nested_lost": nested((5000, 5000, None, None), mid={"lost": True}, last={}),
        "inode": in_the_inode(),
        "unnamed": unnamed(),
        "twin": twin(one),
        "long_names": long_names(one),
    }  # fmt: skip


def writing(direction: Any, ids: Any, first: Asked, second: Asked, err: Any = None) -> Ownership:
    title = f"{direction.capitalize()}, caller to disk"
    return owned(title, direction, lanes(*ids), (first, second), err=err)


def twin(one: Ownership) -> Ownership:
    disk = replace(one.lanes[0], twin=("i_uid", 4294021000))
    return replace(one, title="Mounted in a user ns", lanes=(disk, *one.lanes[1:]))


def in_the_inode() -> Ownership:
    """A filesystem of a user namespace behind an idmapped mount: a hop before the mount's."""
    places = (
        Lane("fs", "In the inode", "i_uid \N{MIDDLE DOT} kernel id", 20000),
        Lane("fs", "On disk", "id in F", 0),
        Lane("mount", "In the mount", "/mnt \N{MIDDLE DOT} vfsuid", 10000),
        Lane("caller", "You see", "container \N{MIDDLE DOT} uid", 0),
    )
    own = Hop("fs", "filesystem's user ns", ((0, 20000, 1000),), False, "right", "from_kuid")
    asked = (
        (own, {"row": 0}),
        mount([(0, 10000, 1000)], "make_vfsuid", row=0),
        caller([(0, 10000, 1000)], "from_kuid_munged", row=0),
    )
    return owned("Filesystem of a namespace", "read", places, asked)


def unnamed() -> Ownership:
    """A caller whose kernel id has no number in its own namespace creates a file."""
    refused = writing(
        "create", (None, 7, None), mount(ONE, CREATE[0], lost=True), caller(ONE, CREATE[1]),
        "EOVERFLOW",
    )  # fmt: skip
    start = replace(refused.lanes[2], name="You create", twin=("fsuid", 7))
    return replace(refused, lanes=(*refused.lanes[:2], start))


def long_names(one: Ownership) -> Ownership:
    named = tuple(replace(lane, name=LONG, sub=LONG) for lane in one.lanes)
    hops = tuple(replace(hop, name=LONG) for hop in one.hops)
    return replace(one, title=LONG * 3, lanes=named, hops=hops)
