# SPDX-License-Identifier: BSD-3-Clause
"""
The lives as text for a mail
============================
"""

from __future__ import annotations

from itertools import groupby

from kfuncviz.evidence.history.lives import Lives
from kfuncviz.render.kit.plain import plain, wrap
from kfuncviz.render.lifetimes.words import notes, sentence, title, told


def text(lives: Lives, columns: int = 72) -> str:
    """Title, sentence, an entry a kfunc, notes: ASCII, at most ``columns`` wide.

    >>> from kfuncviz import evidence
    >>> print(text(evidence.lives(file="fs/verity")).splitlines()[4])
    bpf_get_fsverity_digest: born 6.8, changed 6.11, alive
    """
    kfuncs = groupby(lives.lives, key=lambda life: life.kfunc)
    entries = [f"{name}: {told(found)}" for name, found in kfuncs]
    paragraphs = [[title(lives), sentence(lives)], entries, notes(lives)]
    blocks = (
        "\n".join(part for line in lines for part in wrap(plain(line), columns, then="    "))
        for lines in paragraphs
        if lines
    )
    return "\n\n".join(blocks)
