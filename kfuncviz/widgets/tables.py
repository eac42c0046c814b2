# SPDX-License-Identifier: BSD-3-Clause
"""
A table of the course in a notebook
===================================

One line a cell: ``kv.table("wrapper bodies")``.  It is folded, so that it answers no question above
it before its reader wants it to.
"""

from __future__ import annotations

from kfuncviz.learn import tables
from kfuncviz.render.kit.markup import fold
from kfuncviz.widgets import page


def table(name: str) -> page.Part:
    """A table of :mod:`kfuncviz.learn.tables` by its name; NotKnown for one there is not.

    >>> repr(table("log lines")).splitlines()[1]
    'program: bpf_get_task_exe_file(), tested, given back, 6.12.43: ✓, 7.3.4: ✓'
    """
    found = tables.table(name)
    shown = page.table(found.rows, found.caption, code=found.code)
    return page.Part(fold(f"Table: {found.caption}", shown.html), repr(shown))
