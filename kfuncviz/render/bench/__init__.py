# SPDX-License-Identifier: BSD-3-Clause
"""
Bench: what would the wrapper return, and may this program call it?
===================================================================

Value and verdict in one picture (`picture`, made of `value` and `call`), and in words (`words`).

>>> from kfuncviz.kfuncs.verifier import kfunc
>>> sentence(kfunc("bpf_is_idmapped_mnt", "6.5"), True)
'bpf_is_idmapped_mnt would return true: the mount is idmapped.'
"""

from __future__ import annotations

from kfuncviz.render.bench.picture import html, svg
from kfuncviz.render.bench.words import Returned, sentence, table, table_html, text

__all__ = ("Returned", "html", "sentence", "svg", "table", "table_html", "text")
