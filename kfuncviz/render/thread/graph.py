# SPDX-License-Identifier: BSD-3-Clause
"""
Who argued what, and in answer to whom?  The reply graph
========================================================

Rows are people, time runs to the right, a line leads from each mail to the one it answers, and
shape says the kind of a mail.  Below 760 pixels, and for whoever cannot see the graph, the same
thread is an indented list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from kfuncviz.render.kit.fit import first_that_fits
from kfuncviz.render.kit.fit import width as text_width
from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.markup import fold, label, number, tag
from kfuncviz.render.kit.tokens import Theme, colours
from kfuncviz.render.thread.layout import BAND, ROW, TOP, Places, ReplyLine, lay_out, spoken
from kfuncviz.render.thread.marks import KINDS, Lit, Tone, badge, mail, pressing, shape
from kfuncviz.render.thread.replies import list_html
from kfuncviz.render.thread.words import sentence

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import Message

LEAST = 760
SCALE = (
    "One step to the right is one mail; days are in UTC, days without mail take no room.",
    "Source: public archive of the mailing list, lore.kernel.org.",
)
_TONES = ("fs", "mount", "caller", "mid")


def svg(
    messages: Sequence[Message],
    width: int = 1200,
    *,
    theme: Theme = "light",
    standalone: bool = True,
) -> str:
    """The reply graph as an SVG document, ``width`` pixels wide (760 to 1600).

    ``messages`` are in order of time.  ``theme`` and ``standalone`` as in
    :func:`kfuncviz.render.ownership.picture.svg`.  The same arguments always give the same bytes.

    Raises ValueError for an unknown theme, or a mail that answers none of the mails before it.

    >>> from kfuncviz.kfuncs.thread import messages
    >>> svg(messages()).count('class="mail"')
    13
    """
    _check(messages)
    ink, across = colours(theme), clamp(width, LEAST)
    layout = lay_out(messages, across)
    return document(
        content_id("thread", *messages, across, theme, standalone),
        (across, layout.height),
        "".join(_parts(messages, layout, ink)),
        title="Who answered whom",
        desc=sentence(messages),
        theme=theme,
        standalone=standalone,
    )


def live(messages: Sequence[Message], width: int, lit: Lit) -> str:
    """The reply graph inside a page that has the colours: every mail is a button that chooses it.

    ``lit`` says which one is chosen and which stand out; the lines of the chosen one do too.

    >>> from kfuncviz.kfuncs.thread import messages
    >>> live(messages(), 844, Lit()).count('role="button"')
    13
    """
    ink, across = colours("lab"), clamp(width, LEAST)
    layout = lay_out(messages, across)
    return tag(
        "svg", "".join(_parts(messages, layout, ink, lit)),
        viewBox=f"-2 0 {number(across + 4)} {number(layout.height)}", width=across + 4,
        height=layout.height, role="group", aria_label="Who answered whom",
    )  # fmt: skip


def html(messages: Sequence[Message], width: int = 1200, *, theme: Theme = "lab") -> str:
    """Graph with the list folded under it from 760 pixels on; below that the list alone."""
    if width < LEAST:
        return list_html(messages, theme=theme)
    graph = svg(messages, width, theme=theme, standalone=False)
    return graph + fold("The same thread as a list", list_html(messages, theme=theme))


def _check(messages: Sequence[Message]) -> None:
    seen: set[int] = set()
    for m in messages:
        if m.reply_to is not None and m.reply_to not in seen:
            raise ValueError(f"mail {m.n} answers {m.reply_to}, which is not among those before it")
        seen.add(m.n)


def _parts(
    messages: Sequence[Message], layout: Places, ink: Mapping[str, str], lit: Lit | None = None
) -> Iterator[str]:
    tones = {name: _tone(nth, ink) for nth, name in enumerate(layout.rows)}
    yield _key(ink)
    yield from _people(messages, layout, tones, ink)
    yield from _days(layout, ink)
    places = {m.n: (layout.x[m.n], layout.rows[m.author]) for m in messages}
    stands_out = lit or Lit()
    yield from (_line(line, layout, places, ink, stands_out.chosen) for line in layout.lines)
    for m in messages:
        drawn = mail(
            m, *places[m.n], layout.radius, tones[m.author], ink, lit=m.n in stands_out.mails
        )
        told = tag("title", escape(f"{m.n}, {KINDS[m.kind]}, {m.author}: {m.position}"))
        button = {} if lit is None else {"role": "button", "tabindex": "0"} | pressing(m, lit)
        yield tag("g", told + drawn, class_="mail", data_n=m.n, **button)


def _tone(nth: int, ink: Mapping[str, str]) -> Tone:
    """Line and tint of a row; people beyond the fourth share the neutral pair."""
    if nth >= len(_TONES):
        return ink["line"], ink["bg"]
    return ink[f"{_TONES[nth]}-l"], ink[f"{_TONES[nth]}-t"]


def _key(ink: Mapping[str, str]) -> str:
    x, out = 13.0, []
    for kind, word in KINDS.items():
        out.append(shape(kind, x, 24, 10, (ink["line"], ink["bg"])) + badge(kind, x + 13, 12, ink))
        box = text_width(word, 14, mono=False)
        out.append(label(x + 27, 29, word, box, 14, ink["ink"]))
        x += box + 58
    return "".join(out)


def _people(
    messages: Sequence[Message],
    layout: Places,
    tones: Mapping[str, Tone],
    ink: Mapping[str, str],
) -> Iterator[str]:
    roles = {m.author: m.role for m in messages}
    room = layout.column - 24
    for name, y in layout.rows.items():
        top = y - BAND / 2
        yield tag("rect", x=0, y=top, width=layout.width, height=BAND, rx=8, fill=ink["panel"])
        yield tag("rect", x=0, y=top, width=6, height=BAND, fill=tones[name][0])
        yield label(18, y - 2, name, room, 16, ink["ink"], bold=True)
        yield label(18, y + 18, roles[name], room, 13, ink["muted"])


def _days(layout: Places, ink: Mapping[str, str]) -> Iterator[str]:
    foot = TOP + ROW * len(layout.rows)
    starts = [x for _, x in layout.days] + [float(layout.width)]
    for (day, x), end in zip(layout.days, starts[1:], strict=True):
        yield tag(
            "path", d=f"M{number(x)},{TOP - 8}V{foot + 4}", stroke=ink["line"],
            stroke_dasharray="2 5",
        )  # fmt: skip
        room = end - x - 6
        said = first_that_fits((spoken(day), f"{day.day} {day:%b}"), room, 13, mono=False)
        yield label(x + 4, foot + 14, said, room, 13, ink["muted"])
    for nth, line in enumerate(SCALE):
        yield label(0, foot + 40 + 18 * nth, line, layout.width, 13, ink["muted"])


def _line(
    line: ReplyLine,
    layout: Places,
    places: Mapping[int, tuple[float, float]],
    ink: Mapping[str, str],
    chosen: int | None,
) -> str:
    bold = chosen in (line.parent, line.child)
    colour = ink["ink" if bold else "line"]
    route = _along if line.edge else _elbow
    d, head = route(line, layout.radius, places[line.parent], places[line.child])
    free = tag("path", d=d, fill="none", stroke=ink["panel"], stroke_width=8)
    drawn = tag(
        "path", d=d, fill="none", stroke=colour, stroke_width=4.5 if bold else 2, class_="reply",
        data_from=line.parent, data_to=line.child,
    )  # fmt: skip
    return free + drawn + tag("path", d=head, fill=colour)


def _elbow(
    line: ReplyLine, r: float, parent: tuple[float, float], child: tuple[float, float]
) -> tuple[str, str]:
    """Up or down from the parent, then right into the child: the path, and its arrowhead."""
    (xa, ya), (xb, yb) = parent, child
    sign = 1 if yb > ya else -1
    x, tip, turn = xa + line.offset, xb - r - 6, min(16, (xb - xa) / 4)
    d = (
        f"M{number(x)},{number(ya + sign * r)}V{number(yb - sign * turn)}"
        f"Q{number(x)},{number(yb)} {number(x + turn)},{number(yb)}H{number(tip - 4)}"
    )
    return d, f"M{number(tip)},{number(yb)}l-11,-6v12z"


def _along(
    line: ReplyLine, r: float, parent: tuple[float, float], child: tuple[float, float]
) -> tuple[str, str]:
    """Up or down from the parent, along an edge of the child's row, then into the child."""
    (xa, ya), (xb, yb) = parent, child
    x, edge = xa + line.offset, line.edge
    run, tip = yb + edge * (BAND / 2 + 6), yb + edge * (r + 6)
    d = (
        f"M{number(x)},{number(ya + edge * r)}V{number(run - edge * 10)}"
        f"Q{number(x)},{number(run)} {number(x + 10)},{number(run)}H{number(xb - 10)}"
        f"Q{number(xb)},{number(run)} {number(xb)},{number(tip + edge * 6)}"
    )
    return d, f"M{number(xb)},{number(tip)}l-6,{11 * edge}h12z"
