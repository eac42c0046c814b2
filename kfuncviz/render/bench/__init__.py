# SPDX-License-Identifier: BSD-3-Clause
"""
Bench: what would the wrapper return, and may this program call it?
===================================================================

Value and verdict in one picture (`picture`, made of `result` and `call`), in words (`words`), and
many verdicts as a grid (`grid`).

>>> from kfuncviz.kfuncs.verifier import kfunc
>>> sentence(kfunc("bpf_is_idmapped_mnt", "6.5"), True)
'bpf_is_idmapped_mnt would return true: the mount is idmapped.'
"""

from __future__ import annotations

from kfuncviz.render.bench.grid import grid_html, in_a_word
from kfuncviz.render.bench.picture import html, svg
from kfuncviz.render.bench.words import Returned, sentence, table, table_html, text

__all__ = (
    "Returned",
    "grid_html",
    "html",
    "in_a_word",
    "sentence",
    "svg",
    "table",
    "table_html",
    "text",
)
