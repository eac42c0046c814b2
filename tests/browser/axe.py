# SPDX-License-Identifier: BSD-3-Clause
"""
axe-core over screens of explorers
==================================

Several states stand in one page, as in a notebook, so that whatever must be unique on a page is.
axe-core comes with ``axe-playwright-python``; without it the reason is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.front import stylesheet

if TYPE_CHECKING:
    from playwright.sync_api import Page

_GROUND = "--jp-layout-color0:#111;--jp-content-font-color1:#f2f2f2;background:#111;color:#f2f2f2"


def page_of(name: str, states: Mapping[str, Any], width: int, *, dark: bool) -> str:
    """A page with states of an explorer, each under its own heading."""
    frames = {title: explorer(name).frame(state, width) for title, state in states.items()}
    return sheet(name, frames, width, dark=dark)


def sheet(name: str, frames: Mapping[str, Frame], width: int, *, dark: bool) -> str:
    """A page with frames, of whatever explorers, each under its own heading."""
    screens = "".join(
        f'<section aria-label="{title}"><h2>{title}</h2>'
        f'<div class="kfv-explorer" style="width:{width}px">'
        f"{''.join(frame.regions.values())}</div></section>"
        for title, frame in frames.items()
    )
    body = (
        f'data-jp-theme-light="false" style="{_GROUND}"' if dark else 'data-jp-theme-light="true"'
    )
    return (
        f'<!doctype html><html lang="en"><meta charset=utf-8><title>{name}</title>'
        f"<style>{stylesheet()}</style><body {body}><main><h1>{name}</h1>{screens}</main>"
    )


def violations(page: Page, *parts: str) -> list[str]:
    """What axe-core objects to on a page, or in some parts of it, a line each."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed: pip install axe-playwright-python")
    page.add_script_tag(path=Path(spec.origin).with_name("axe.min.js"))
    found = page.evaluate(
        "parts => axe.run(parts.length ? {include: parts.map(each => [each])} : document,"
        " {resultTypes: ['violations']})",
        parts,
    )
    assert len(found["passes"]) > 10
    return [
        f"{broken['id']}: {node['html'][:160]}: {node['failureSummary'][:300]}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]
