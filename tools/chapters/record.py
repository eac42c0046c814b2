# SPDX-License-Identifier: BSD-3-Clause
"""
What a chapter shows when it is run
===================================

A chapter is run in a process of its own (``cells.py``), so that what it needs is known: the answer
says whether pandas was among it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from tools.chapters.parts import Chapter, Code, Part, Shown

_CELLS = Path(__file__).with_name("cells.py")
#: What is said last when a chapter cannot be run, in characters.
TOLD = 2000


def recorded(chapter: Chapter) -> Chapter:
    """The chapter with what its cells show behind them; as it is where they show explorers alone.

    Raises RuntimeError where a cell fails.
    """
    if not any(isinstance(part, Code) and part.shows for part in chapter.parts):
        return chapter
    sources = [part.source for part in chapter.parts if isinstance(part, Code)]
    answer = _run(sources, chapter)
    outputs = iter(answer["outputs"])
    parts: list[Part] = []
    for part in chapter.parts:
        if isinstance(part, Code):
            told = next(outputs)
            told = told[:-1] if part.makes else told
            if told:
                parts.append(Shown("".join(map(_html, told))))
        parts.append(part)
    return replace(chapter, parts=tuple(parts), pandas=answer["pandas"])


def _run(sources: Sequence[str], chapter: Chapter) -> Any:
    with tempfile.TemporaryDirectory() as place:
        run = subprocess.run(
            [sys.executable, "-P", _CELLS],
            input=json.dumps(sources), capture_output=True, text=True, check=False, cwd=place,
            env=os.environ | {"IPYTHONDIR": place},
        )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"{chapter.notebook.name} cannot be run:\n{run.stderr[-TOLD:]}")
    return json.loads(run.stdout)


def _html(output: Mapping[str, str]) -> str:
    """One output without a kernel: HTML, a drawing, or words."""
    for kind in ("text/html", "image/svg+xml"):
        if kind in output:
            return output[kind]
    if "application/vnd.jupyter.widget-view+json" in output:
        return "<p>In a notebook a control stands here.</p>"
    if "image/png" in output:
        return f'<img alt="" src="data:image/png;base64,{output["image/png"]}">'
    return f'<pre tabindex="0">{escape(output["text/plain"])}</pre>'
