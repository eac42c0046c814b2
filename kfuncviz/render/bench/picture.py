# SPDX-License-Identifier: BSD-3-Clause
"""
The bench: what would the wrapper return, and may this program call it?
=======================================================================

Two answers in one picture.  Above, the value: a 64-bit result as two frames, gid in the high half
on the left, uid in the low half on the right; a pointer as a closed, striped box.  Below, the call:
where each argument comes from, drawn by the style of its line, and the verifier's verdict with the
line of its log.  Pure: nothing is computed here but places.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Verdict
from kfuncviz.render.bench import call as bench_call
from kfuncviz.render.bench import value as bench_value
from kfuncviz.render.bench import words as bench_words
from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.paragraph import paragraph
from kfuncviz.render.kit.tokens import Theme, colours

TITLE = "What would the wrapper return, and may this program call it?"
_GAP = 16


def svg(
    fn: Kfunc,
    value: bench_words.Value = None,
    verdict: Verdict | None = None,
    args: Sequence[Arg] = (),
    *,
    width: int = 1200,
    theme: Theme = "light",
    standalone: bool = True,
) -> str:
    """The bench as an SVG document, ``width`` pixels wide (240 to 1600).

    Parameters
    ----------
    fn:
        The wrapper, as :func:`kfuncviz.kfuncs.verifier.catalogue.kfunc` gives it.
    value:
        What it returns: an unsigned 64-bit number, true or false, a pointer, or ``None`` where
        nothing is to be shown.
    verdict, args:
        What ``check_call`` said, and the arguments it was asked about; without a verdict only the
        value is drawn.
    theme, standalone:
        As for :func:`kfuncviz.render.svg`.

    Raises ValueError for an unknown theme or a number of more than 64 bits.

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc
    >>> picture = svg(kfunc("bpf_get_file_vfs_ids", "6.5"), 0xffffffff_00018a88)
    >>> picture.startswith("<svg"), "this gid has no mapping" in picture
    (True, True)
    """
    ink, across = colours(theme), clamp(width)
    uid = _uid(fn, value, verdict, tuple(args), across, theme, standalone=standalone)
    y = 2.0
    tall, body = paragraph(fn.prototype(), 0, y, across, 15, ink["ink"], mono=True)
    y += tall + _GAP
    if value is not None:
        tall, drawn = bench_value.value(fn, value, y, across, ink, uid)
        y, body = y + tall + _GAP, body + drawn
    if verdict is not None:
        tall, drawn = bench_call.call(fn, verdict, args, y, across, ink)
        y, body = y + tall + _GAP, body + drawn
    return document(
        uid, (across, y), bench_value.patterns(uid, ink) + body,
        title=TITLE, desc=bench_words.sentence(fn, value, verdict), theme=theme,
        standalone=standalone,
    )  # fmt: skip


def table(
    fn: Kfunc,
    value: bench_words.Value = None,
    verdict: Verdict | None = None,
    args: Sequence[Arg] = (),
) -> list[dict[str, str]]:
    """The same picture as rows of "what" and "says".

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc
    >>> table(kfunc("bpf_get_file_vfs_ids", "6.5"), 0xffffffff_00018a88)[2]
    {'what': 'gid (high half)', 'says': 'ffffffff = 4294967295: has no mapping'}
    """
    return bench_words.rows(fn, value, verdict, args)


def table_html(
    fn: Kfunc,
    value: bench_words.Value = None,
    verdict: Verdict | None = None,
    args: Sequence[Arg] = (),
) -> str:
    """The rows as an HTML table with a caption and a head for each line."""
    body = "".join(
        f'<tr><th scope="row">{escape(row["what"])}</th><td>{escape(row["says"])}</td></tr>'
        for row in table(fn, value, verdict, args)
    )
    return f"<table><caption>The same picture as a table</caption><tbody>{body}</tbody></table>"


def _uid(
    fn: Kfunc,
    value: bench_words.Value,
    verdict: Verdict | None,
    args: tuple[Arg, ...],
    across: int,
    theme: Theme,
    *,
    standalone: bool,
) -> str:
    """An XML id made of the content, so that many pictures can live in one page."""
    shown = value if isinstance(value, int) else value is not None
    seen = (fn.prototype(), sorted(fn.flags), shown, verdict, args, across, theme, standalone)
    return content_id("bench", *seen)
