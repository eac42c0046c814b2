# SPDX-License-Identifier: BSD-3-Clause
"""
The call on the bench: where the pointer comes from decides
===========================================================

Provenance is the style of a line: double for a pointer somebody vouches for, dashed vermillion for
one marked untrusted, single and marked RCU for one that is valid in an RCU section, thin for one
that carries no mark.  Beside it the verdict, the verifier's own words, and whether a real
kernel was seen to say so or the answer was worked out from the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kfuncviz.kfuncs.verifier import Arg, Kfunc, Param, Verdict
from kfuncviz.render.bench.words import holds
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.kit.paragraph import paragraph


class _Look(NamedTuple):
    """How a provenance is drawn: the word beside its line, the line's colour and weight."""

    word: str
    token: str
    thick: float = 2
    double: bool = False
    dashed: bool = False


_LOOKS = {
    "trusted": _Look("trusted", "ink", double=True),
    "acquired": _Look("owned", "ink", double=True),
    "rcu": _Look("RCU", "ink", thick=3),
    "plain": _Look("no mark", "line"),
    "untrusted": _Look("untrusted", "bad-l", thick=3, dashed=True),
    "scalar": _Look("a number", "line"),
    "null": _Look("NULL", "line"),
    "memory": _Look("its memory", "line"),
    "fitting": _Look("as wanted", "line"),
    "unset": _Look("not set", "line"),
}
_LINK, _BADGE, _SIDE = 112.0, 152.0, 760.0
_WRAPPER, _STEP = 78.0, 26.0


def draw(
    fn: Kfunc,
    verdict: Verdict,
    args: Sequence[Arg],
    y: float,
    across: float,
    ink: Mapping[str, str],
) -> tuple[float, str]:
    """Height and drawing of the call and its verdict."""
    body = label(0, y + 18, "May this program call it?", across, 18, ink["ink"], bold=True)
    tall = 32.0
    given = list(zip(fn.params, args, strict=bool(args)))
    arrange = _beside if across >= _SIDE else _stacked
    more, drawn = arrange(fn, verdict, given, y + tall, across, ink)
    tall, body = tall + more + 10, body + drawn
    for part in (_log, _why):
        more, drawn = part(verdict, y + tall, across, ink)
        tall, body = tall + more, body + drawn
    return tall, body


Given = list[tuple[Param, Arg]]


def _beside(
    fn: Kfunc, verdict: Verdict, given: Given, y: float, across: float, ink: Mapping[str, str]
) -> tuple[float, str]:
    """Arguments left, the wrapper in the middle, the badge right."""
    wide = min((across - _LINK - 24 - _BADGE) / 2, 340)
    body, tall = "", 0.0
    for n, (param, arg) in enumerate(given):
        high, drawn = _node(param, arg, 0, y + tall, wide, ink, stopped=_stops(verdict, n))
        body += drawn + _across(arg, wide + 6, y + tall + 30, _LINK - 12, ink)
        tall += high + 12
    tall = max(tall - 12, _WRAPPER)
    left = wide + _LINK if given else 0
    body += _wrapper(fn, verdict, left, y, wide, tall, ink)
    return tall, body + _badge(verdict, left + wide + 24, y, ink)


def _stacked(
    fn: Kfunc, verdict: Verdict, given: Given, y: float, across: float, ink: Mapping[str, str]
) -> tuple[float, str]:
    """The same from top to bottom; each argument's line leads down past the next ones."""
    body, tall, starts = "", 0.0, []
    for n, (param, arg) in enumerate(given):
        left = _STEP * n
        high, drawn = _node(
            param, arg, left, y + tall, across - left, ink, stopped=_stops(verdict, n)
        )
        body, tall = body + drawn, tall + high
        starts.append(y + tall)
        tall += 36
    for n, ((_, arg), start) in enumerate(zip(given, starts, strict=True)):
        body += _down(arg, _STEP * n + 11, start, y + tall, ink)
    body += _wrapper(fn, verdict, 0, y + tall, across, _WRAPPER, ink)
    tall += _WRAPPER + 12
    return tall + 76, body + _badge(verdict, 0, y + tall, ink)


def _stops(verdict: Verdict, n: int) -> bool:
    return not verdict.accept and verdict.arg == n


def _node(
    param: Param,
    arg: Arg,
    x: float,
    y: float,
    across: float,
    ink: Mapping[str, str],
    *,
    stopped: bool,
) -> tuple[float, str]:
    """One argument's box: its name, what it is, where it comes from."""
    inside = across - 28
    what = arg.type + " *" if arg.type else _LOOKS[arg.provenance].word
    null = ", may be NULL" if arg.nullable else ""
    mark = "✗ " if stopped else ""
    more, origin = paragraph(arg.origin, x + 14, y + 50, inside, 14, ink["muted"], most=3)
    tall = 64 + more
    body = (
        _border(arg, x, y, across, tall, ink)
        + label(x + 14, y + 25, f"{mark}{param.name}", inside, 16, ink["ink"], mono=True, bold=True)
        + label(x + 14, y + 44, f"{what}{null}", inside, 14, ink["ink"], mono=True)
        + origin
    )
    return tall, tag("g", body, class_="node")


def _border(
    arg: Arg, x: float, y: float, across: float, tall: float, ink: Mapping[str, str]
) -> str:
    look = _LOOKS[arg.provenance]
    outer = tag(
        "rect", x=x + 1.5, y=y + 1.5, width=across - 3, height=tall - 3, rx=8,
        fill=ink["bad-t" if look.dashed else "bg"], stroke=ink[look.token],
        stroke_width=look.thick, stroke_dasharray="7 4" if look.dashed else None,
    )  # fmt: skip
    if not look.double:
        return outer
    return outer + tag(
        "rect", x=x + 6, y=y + 6, width=across - 12, height=tall - 12, rx=5, fill="none",
        stroke=ink[look.token], stroke_width=look.thick,
    )  # fmt: skip


def _across(arg: Arg, x: float, y: float, long: float, ink: Mapping[str, str]) -> str:
    """The line from an argument to the wrapper right of it."""
    look, end = _LOOKS[arg.provenance], x + long
    lines = "".join(
        _line(look, f"M{number(x)},{number(y + off)}H{number(end - 14)}", ink)
        for off in _offsets(look)
    )
    head = tag("path", d=f"M{number(end)},{number(y)}l-14,-7v14z", fill=ink[look.token])
    middle = x + long / 2
    word = label(middle, y + 24, look.word, long, 14, ink["ink"], anchor="middle")
    return tag("g", lines + head + word, class_="link")


def _down(arg: Arg, x: float, top: float, end: float, ink: Mapping[str, str]) -> str:
    """The line from an argument to the wrapper below it."""
    look = _LOOKS[arg.provenance]
    lines = "".join(
        _line(look, f"M{number(x + off)},{number(top + 2)}V{number(end - 14)}", ink)
        for off in _offsets(look)
    )
    head = tag("path", d=f"M{number(x)},{number(end)}l-7,-14h14z", fill=ink[look.token])
    word = label(x + 16, top + 22, look.word, 120, 14, ink["ink"])
    return tag("g", lines + head + word, class_="link")


def _offsets(look: _Look) -> tuple[float, ...]:
    return (-3.5, 3.5) if look.double else (0,)


def _line(look: _Look, path: str, ink: Mapping[str, str]) -> str:
    return tag(
        "path", d=path, fill="none", stroke=ink[look.token], stroke_width=look.thick,
        stroke_dasharray="9 6" if look.dashed else None,
    )  # fmt: skip


def _wrapper(
    fn: Kfunc,
    verdict: Verdict,
    x: float,
    y: float,
    across: float,
    tall: float,
    ink: Mapping[str, str],
) -> str:
    flags = ", ".join(sorted(fn.flags)) or "no flags"
    frame = tag(
        "rect", x=x + 1.5, y=y + 1.5, width=across - 3, height=tall - 3, rx=8, fill=ink["bg"],
        stroke=ink["ink" if verdict.accept else "line"], stroke_width=3 if verdict.accept else 2,
    )  # fmt: skip
    left, inside = x + 14, across - 28
    body = (
        frame
        + label(left, y + 27, fn.name, inside, 16, ink["ink"], mono=True, bold=True)
        + label(left, y + 47, flags, inside, 14, ink["muted"])
        + label(left, y + 66, f"rules of {verdict.release}", inside, 14, ink["muted"])
    )
    return tag("g", body, class_="block")


def _badge(verdict: Verdict, x: float, y: float, ink: Mapping[str, str]) -> str:
    ok = verdict.accept
    badge = tag(
        "rect", x=x + 1.5, y=y + 1.5, width=_BADGE - 3, height=37, rx=8,
        fill=ink["bg" if ok else "bad-t"], stroke=ink["ink" if ok else "bad-l"], stroke_width=3,
        stroke_dasharray=None if ok else "7 4",
    )  # fmt: skip
    chip = tag(
        "rect", x=x + 1, y=y + 48, width=_BADGE - 2, height=26, rx=13, fill=ink["bg"],
        stroke=ink["line"], stroke_width=1.5, stroke_dasharray=None if verdict.measured else "4 3",
    )  # fmt: skip
    word = "✓ accepted" if ok else "✗ rejected"
    middle = x + _BADGE / 2
    said = label(middle, y + 27, word, _BADGE - 8, 20, ink["ink"], bold=True, anchor="middle")
    basis = label(middle, y + 66, verdict.basis, _BADGE - 16, 14, ink["ink"], anchor="middle")
    return tag("g", badge + said, class_="block") + tag("g", chip + basis, class_="block")


def _log(verdict: Verdict, y: float, across: float, ink: Mapping[str, str]) -> tuple[float, str]:
    if verdict.accept:
        return 0, ""
    said = verdict.message or "(the line of the log was not read)"
    tall, text = paragraph(said, 20, y + 8, across - 32, 15, ink["ink"], mono=True)
    panel = tag("rect", x=0, y=y, width=across, height=tall + 20, fill=ink["panel"])
    bar = tag(
        "path", d=f"M3,{number(y)}V{number(y + tall + 20)}", stroke=ink["bad-l"], stroke_width=6,
        stroke_dasharray="12 4",
    )  # fmt: skip
    return tall + 30, panel + bar + text


def _why(verdict: Verdict, y: float, across: float, ink: Mapping[str, str]) -> tuple[float, str]:
    effect = "" if verdict.accept else " The program is refused when it is loaded; nothing runs."
    tall, body = paragraph(f"Why: {verdict.why}.{effect}", 0, y, across, 16, ink["ink"])
    decided = () if verdict.accept else (f"Decided by {holds(verdict)}.",)
    for note in (*decided, *verdict.notes):
        more, drawn = paragraph(note, 0, y + tall + 2, across, 14, ink["muted"])
        tall, body = tall + more + 2, body + drawn
    return tall, body
