# SPDX-License-Identifier: BSD-3-Clause
"""
What a chapter shows when it is run
===================================

A chapter is run by IPython in a process of its own (``python -m tools.chapters.record``), so that
what it needs is known: the answer says whether pandas was among it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from tools.chapters.parts import Chapter, Code, Part, Place, Shown

ROOT = Path(__file__).resolve().parents[2]
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
            if parts and isinstance(parts[-1], Place):
                told = told[:-1]  # the explorer itself
            if told and part.shows:
                parts.append(Shown("".join(map(_html, told))))
        parts.append(part)
    return replace(chapter, parts=tuple(parts), pandas=answer["pandas"])


def _run(sources: Sequence[str], chapter: Chapter) -> Any:
    with tempfile.TemporaryDirectory() as place:
        run = subprocess.run(
            [sys.executable, "-m", "tools.chapters.record"],
            input=json.dumps(sources), capture_output=True, text=True, check=False, cwd=ROOT,
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
        return "<p>In a notebook a question stands here.</p>"
    if "image/png" in output:
        return f'<img alt="" src="data:image/png;base64,{output["image/png"]}">'
    return f'<pre tabindex="0">{escape(output["text/plain"])}</pre>'


def outputs(sources: Sequence[str]) -> Iterator[list[Mapping[str, Any]]]:
    """What each cell prints and shows, by type, in IPython's words.  Raises what a cell raises."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    for source in sources:
        with capture_output() as seen:
            shell.display_trap.hook = sys.displayhook  # what a cell ends with is captured, too
            result = shell.run_cell(source)
        result.raise_error()
        printed = [{"text/plain": seen.stdout}] if seen.stdout else []
        yield [*printed, *(output.data for output in seen.outputs)]


def main() -> None:
    """Run the cells that stand on standard input; what they showed goes to standard output."""
    found = list(outputs(json.load(sys.stdin)))
    print(json.dumps({"outputs": found, "pandas": "pandas" in sys.modules}))


if __name__ == "__main__":
    main()
