# SPDX-License-Identifier: BSD-3-Clause
"""
The style of the exposure matrix
================================

Which cell is quiet and which is loud: "holds" is a hairline, "breaks" dashed and bold, "wrong"
hatched and thick, because a silent error is worse than a loud one.  Every sign also has a word and
a border of its own; colour only repeats them.  The rules are a part of the explorers' stylesheet
(``front/style/60-exposure.css``); a matrix that stands alone brings them with it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kfuncviz import front
from kfuncviz.render.kit.tokens import MONO, SANS, Theme, colours, stylesheet

#: Narrower than this, in CSS pixels, the table gives way to folds.
TABLE_FROM = 860

_FORMS = (
    "@container (max-width:{less}px){{{root}.auto .wide-form{{display:none}}}}"
    "@container (min-width:{least}px){{{root}.auto .narrow-form{{display:none}}}}"
)


def sheet(theme: Theme, uid: str) -> str:
    """The CSS for the element with this id.

    >>> sheet("light", "x").count("#x") > 20, "var(--kfv-bad-l)" in sheet("lab", "x")
    (True, True)
    """
    literal = "".join(f"--kfv-{token}:{value};" for token, value in colours(theme).items())
    tokens = stylesheet(theme, uid) or f"#{uid}{{{literal}}}"
    fonts = f"#{uid}{{--kfv-sans:{SANS};--kfv-mono:{MONO}}}"
    forms = _FORMS.format(root=f"#{uid}", less=TABLE_FROM - 1, least=TABLE_FROM)
    return tokens + fonts + _rules().replace(".kfv-exposure", f"#{uid}") + forms


@cache
def _rules() -> str:
    text = (files(front) / "style/60-exposure.css").read_text("utf-8")
    return text.partition("/* In the explorer")[0]
