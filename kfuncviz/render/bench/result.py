# SPDX-License-Identifier: BSD-3-Clause
"""
The result on the bench: two ids in one number, yes or no, a closed box
======================================================================

A half that is 0xffffffff is hatched and says that it has no mapping: it is no id, although it is
a number.  The other half keeps the mount's colour, for it is an id as the mount shows it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kfuncviz.kfuncs.verifier import Kfunc
from kfuncviz.model.uidgid import INVALID
from kfuncviz.render.bench.words import Returned
from kfuncviz.render.kit.fit import first_that_fits, width
from kfuncviz.render.kit.hatch import hatches
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.kit.paragraph import paragraph

_CAPTION = 30


def patterns(uid: str, ink: Mapping[str, str]) -> str:
    """The hatch of a lost half and the stripes of a closed box."""
    stripe = tag("rect", width=8, height=16, fill=ink["hair"], opacity=0.55)
    closed = tag(
        "pattern", stripe, id=f"{uid}-closed", width=16, height=16, patternUnits="userSpaceOnUse",
    )  # fmt: skip
    return hatches(uid, ink) + tag("defs", closed)


def draw(
    fn: Kfunc, given: Returned, y: float, across: float, ink: Mapping[str, str], uid: str
) -> tuple[float, str]:
    """Height and drawing of a result."""
    head = label(0, y + 18, "It would return", across, 18, ink["ink"], bold=True)
    if isinstance(given, bool):
        tall, body = _truth(given, y + _CAPTION, across, ink)
    elif isinstance(given, int):
        tall, body = _two_ids(given, y + _CAPTION, across, ink, uid)
    else:
        tall, body = _closed(fn, y + _CAPTION, across, ink, uid)
    return _CAPTION + tall, head + body


def _two_ids(
    given: int, y: float, across: float, ink: Mapping[str, str], uid: str
) -> tuple[float, str]:
    half = across / 2
    tall, left = _half("gid", given >> 32, 0, y, half, ink, uid)
    _, right = _half("uid", given & INVALID, half, y, half, ink, uid)
    text = f"{given:#018x} = {given}"
    more, line = paragraph(text, 0, y + tall + 6, across, 15, ink["ink"], mono=True)
    return tall + 6 + more, left + right + line


def _half(
    name: str,
    raw: int,
    x: float,
    y: float,
    across: float,
    ink: Mapping[str, str],
    uid: str,
) -> tuple[float, str]:
    roomy, lost = across >= 260, raw == INVALID
    pad, cell_tall = (14, 40) if roomy else (7, 30)
    line, inside = ink["bad-l" if lost else "mount-l"], across - 2 * pad
    big = 28 if roomy else min(24, inside / 6.1)
    small = 16 if roomy else 12.5
    tops = (pad - 2, pad + 26, pad + 26 + cell_tall + 6)
    tall = tops[2] + big * 1.25 + small * 1.5 + pad
    frame = tag(
        "rect", x=x + 1.5, y=y + 1.5, width=across - 3, height=tall - 3, rx=8,
        fill=f"url(#{uid}-bad)" if lost else ink["mount-t"],
        stroke=line, stroke_width=3, stroke_dasharray="7 4" if lost else None,
    )  # fmt: skip
    left, words = x + pad, _meaning(name, lost, inside, small)
    body = frame + _name(name, left, y + tops[0], inside, ink, roomy=roomy, lost=lost)
    body += _cells(f"{raw:08x}", left, y + tops[1], min(inside, 400), cell_tall, ink, line)
    body += _plated(str(raw), left, y + tops[2], inside, big, ink, mono=True, lost=lost)
    body += _plated(words, left, y + tops[2] + big * 1.25, inside, small, ink, lost=lost)
    return tall, body


def _meaning(name: str, lost: bool, box: float, size: float) -> str:
    words = (
        (f"✗ this {name} has no mapping", "✗ has no mapping", "no mapping")
        if lost
        else (f"vfs{name}, as the mount shows it", f"vfs{name}")
    )
    return first_that_fits(words, box, size, mono=False)


def _name(
    name: str,
    x: float,
    y: float,
    box: float,
    ink: Mapping[str, str],
    *,
    roomy: bool,
    lost: bool,
) -> str:
    bits = f"bits {'63…32' if name == 'gid' else '31…0'}"
    size, indent = (14 if roomy else 12.5), (40 if roomy else 34)
    plate = _plate(x - 4, y, indent + width(bits, size, mono=False) + 8, 24, ink) if lost else ""
    return (
        plate
        + label(x, y + 18, name, indent, 17, ink["ink"], bold=True)
        + label(x + indent, y + 18, bits, box - indent, size, ink["muted" if not lost else "ink"])
    )


def _cells(
    digits: str,
    x: float,
    y: float,
    across: float,
    tall: float,
    ink: Mapping[str, str],
    line: str,
) -> str:
    gap = 5 if across > 250 else 2
    wide = (across - 7 * gap) / 8
    size = min(24, wide * 1.2, tall * 0.6)
    return "".join(
        tag(
            "g",
            tag(
                "rect", x=x + n * (wide + gap), y=y, width=wide, height=tall, rx=4, fill=ink["bg"],
                stroke=line, stroke_width=1.5,
            )
            + label(
                x + n * (wide + gap) + wide / 2, y + tall / 2 + size * 0.36, digit, wide, size,
                ink["ink"], mono=True, bold=True, anchor="middle",
            ),
            class_="block",
        )
        for n, digit in enumerate(digits)
    )  # fmt: skip


def _plated(
    text: str,
    x: float,
    y: float,
    box: float,
    size: float,
    ink: Mapping[str, str],
    *,
    lost: bool,
    mono: bool = False,
) -> str:
    wide = min(width(text, size, mono=mono, bold=mono) + 8, box + 8)
    plate = _plate(x - 4, y + 1, wide, size * 1.3, ink) if lost else ""
    return plate + label(x, y + size, text, box, size, ink["ink"], mono=mono, bold=mono)


def _plate(x: float, y: float, across: float, tall: float, ink: Mapping[str, str]) -> str:
    return tag("rect", x=x, y=y, width=across, height=tall, rx=3, fill=ink["bg"])


def _truth(given: bool, y: float, across: float, ink: Mapping[str, str]) -> tuple[float, str]:
    wide = min(across, 420)
    words = "the mount is idmapped" if given else "the mount is not idmapped"
    frame = tag(
        "rect", x=1.5, y=y + 1.5, width=wide - 3, height=81, rx=8, fill=ink["mount-t"],
        stroke=ink["mount-l"], stroke_width=3,
    )  # fmt: skip
    return 84, (
        frame
        + label(14, y + 36, "true" if given else "false", wide - 28, 28, ink["ink"], mono=True,
                bold=True)
        + label(14, y + 66, words, wide - 28, 16, ink["ink"])
    )  # fmt: skip


def _closed(
    fn: Kfunc, y: float, across: float, ink: Mapping[str, str], uid: str
) -> tuple[float, str]:
    wide = min(across, 420)
    name = f"{fn.ret_struct} *"
    said = first_that_fits(
        ("closed to C code, not to a program with BTF", "closed to C code, not to BTF"),
        wide - 40, 14, mono=False,
    )  # fmt: skip
    inner = max(width(name, 17, mono=True, bold=True), width(said, 14, mono=False)) + 16
    box = tag("rect", x=1.5, y=y + 1.5, width=wide - 3, height=81, rx=8, fill=ink["panel"])
    stripes = tag(
        "rect", x=1.5, y=y + 1.5, width=wide - 3, height=81, rx=8, fill=f"url(#{uid}-closed)",
        stroke=ink["line"], stroke_width=3,
    )  # fmt: skip
    return 84, (
        box
        + stripes
        + _plate(12, y + 12, min(inner, wide - 24), 60, ink)
        + label(20, y + 36, name, wide - 40, 17, ink["ink"], mono=True, bold=True)
        + label(20, y + 60, said, wide - 40, 14, ink["muted"])
    )
