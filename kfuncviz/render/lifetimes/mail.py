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
    blocks = (
        _wrapped([title(lives), sentence(lives)], columns, ""),
        _wrapped(entries, columns, "    "),
        _wrapped(notes(lives), columns, ""),
    )
    return "\n\n".join(block for block in blocks if block)


def _wrapped(lines: list[str], columns: int, then: str) -> str:
    return "\n".join(part for line in lines for part in wrap(plain(line), columns, then=then))
