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

from kfuncviz.kfuncs.verifier import Arg, Kfunc, Verdict
from kfuncviz.render.bench import call, result, words
from kfuncviz.render.bench.words import Returned
from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.markup import fold
from kfuncviz.render.kit.paragraph import paragraph
from kfuncviz.render.kit.tokens import Theme, colours

TITLE = "What would the wrapper return, and may this program call it?"
_GAP = 16


def svg(
    fn: Kfunc,
    value: Returned = None,
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
        The wrapper, as :func:`kfuncviz.kfuncs.verifier.kfunc` gives it.
    value:
        What it returns: an unsigned 64-bit number, true or false, a pointer, or ``None`` where
        nothing is to be shown.
    verdict, args:
        What ``check_call`` said, and the arguments it was asked about; without a verdict only the
        value is drawn.
    theme, standalone:
        As for :func:`kfuncviz.render.svg`.

    Raises ValueError for an unknown theme, a number of more than 64 bits, or arguments that are not
    one for each parameter; TypeError for a value that no wrapper returns.

    >>> from kfuncviz.kfuncs.verifier import kfunc
    >>> picture = svg(kfunc("bpf_get_file_vfs_ids", "6.5"), 0xffffffff_00018a88)
    >>> picture.startswith("<svg"), "this gid has no mapping" in picture
    (True, True)
    """
    words.check(fn, value, args)
    ink, across = colours(theme), clamp(width)
    shown = value if isinstance(value, int) else value is not None
    uid = content_id(
        "bench", fn.prototype(), *sorted(fn.flags), shown, verdict, *args, across, theme, standalone
    )  # fmt: skip
    y = 2.0
    tall, body = paragraph(fn.prototype(), 0, y, across, 15, ink["ink"], mono=True)
    y += tall + _GAP
    if value is not None:
        tall, drawn = result.draw(fn, value, y, across, ink, uid)
        y, body = y + tall + _GAP, body + drawn
    if verdict is not None:
        tall, drawn = call.draw(fn, verdict, args, y, across, ink)
        y, body = y + tall + _GAP, body + drawn
    return document(
        uid, (across, y), result.patterns(uid, ink) + body,
        title=TITLE, desc=words.sentence(fn, value, verdict), theme=theme,
        standalone=standalone,
    )  # fmt: skip


def html(
    fn: Kfunc,
    value: Returned = None,
    verdict: Verdict | None = None,
    args: Sequence[Arg] = (),
    *,
    width: int = 1200,
    theme: Theme = "lab",
) -> str:
    """The picture with its table folded under it; arguments and errors as for :func:`svg`.

    >>> from kfuncviz.kfuncs.verifier import kfunc
    >>> html(kfunc("bpf_is_idmapped_mnt", "6.5"), True).count("<table>")
    1
    """
    picture = svg(fn, value, verdict, args, width=width, theme=theme, standalone=False)
    folded = words.table_html(fn, value, verdict, args)
    return picture + fold("As a table", folded)
