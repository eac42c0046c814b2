# SPDX-License-Identifier: BSD-3-Clause
"""Whatever in a picture's HTML can have the focus keeps its keys from the notebook."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kfuncviz import evidence
from kfuncviz.kfuncs.contracts import changes
from kfuncviz.kfuncs.thread import argument_map, messages
from kfuncviz.kfuncs.verifier import kfunc
from kfuncviz.render import bench, exhibit, exposure, lifetimes, thread

FOCUSABLE = re.compile(
    r"<(?:a|button|summary|input|select|textarea)\b[^>]*>|<[^>]* tabindex=[^>]*>"
)
PAGES: dict[str, Callable[[], str]] = {
    "argument": lambda: thread.argument_html(argument_map()),
    "bench": lambda: bench.html(kfunc("bpf_get_file_vfs_ids", "6.5"), 1),
    "exhibit": lambda: exhibit.html(evidence.idmap_churn()),
    "exposure": lambda: exposure.html(list(changes())[:2]),
    "lifetimes": lambda: lifetimes.html(evidence.lives(file="fs/")),
    "thread": lambda: thread.html(messages()),
}


@pytest.mark.parametrize("name", PAGES)
def test_it_keeps_its_keys(name: str) -> None:
    found = FOCUSABLE.findall(PAGES[name]())
    assert found
    assert [tag for tag in found if 'data-lm-suppress-shortcuts="true"' not in tag] == []
