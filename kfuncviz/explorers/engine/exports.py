# SPDX-License-Identifier: BSD-3-Clause
"""
Exports: what leaves the kit says where it comes from
=====================================================

The line every export carries; the text for a mail; and the page of recorded frames, one file that
answers every switch and every id and asks nobody.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, NamedTuple

from kfuncviz import front
from kfuncviz.evidence.data.load import releases
from kfuncviz.explorers.engine import registry
from kfuncviz.explorers.engine.frame import Shown
from kfuncviz.explorers.engine.moving import steady
from kfuncviz.explorers.engine.recorded import Keep, record
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.model.releases import NEWEST, release
from kfuncviz.render.kit.plain import plain, wrap
from kfuncviz.scenario.problems import ScenarioError

#: The most bytes of a page of recorded frames, and the width of the picture in it, in pixels.
PAGE_MAX, PAGE_WIDTH = 300_000, 844
#: A longer token is no good in a mail, in characters.
TOKEN_SHOWN = 4000


class Made(NamedTuple):
    """What made an export: the kit's version, the kernel assumed, the last release of its data."""

    kfuncviz: str
    kernel: str
    data: str

    def __str__(self) -> str:
        kernel, data = f"kernel assumed: Linux {self.kernel}", f"data to Linux {self.data}"
        return f"kfuncviz {self.kfuncviz}; {kernel}; {data}"


def made(document: Mapping[str, Any] | None) -> Made:
    """What makes an export of a scenario.

    >>> made({"settings": {"kernel": "6.1"}}).kernel
    '6.1.192'
    """
    kernel = ((document or {}).get("settings") or {}).get("kernel")
    asked = NEWEST if kernel is None else release(kernel)
    return Made(version("kfuncviz"), str(asked), releases()[-1])


def signed(
    text: str,
    token: str | None,
    by: Made,
    width: int = 72,
    opens: str = "kfuncviz show - or kfuncviz.explore",
) -> str:
    """A text for a mail with the token of what it shows, and what made it.

    >>> print(signed("It is yours.", "kfv2.AAAA~7", made({})).splitlines()[3])
      kfv2.AAAA~7
    """
    lines = ["no token: too long for a mail"]
    if token is not None and len(token) <= TOKEN_SHOWN:
        said = wrap(f"token, for {opens}", width)
        lines = [*said, *(f"  {part}" for part in _cut(token, width - 2))]
    return "\n".join([text.rstrip("\n"), "", *lines, "", *wrap(str(by), width)]) + "\n"


def _cut(token: str, width: int) -> list[str]:
    """A token in lines; a typed id stays in one with the letter before it."""
    stem, tilde, id = token.partition("~")
    lines = [stem[at : at + width] for at in range(0, len(stem), width)]
    if len(lines[-1]) + len(tilde + id) > width:
        lines[-1:] = [lines[-1][:-1], lines[-1][-1]]
    return [*lines[:-1], lines[-1] + tilde + id]


def page(name: str, state: Any) -> str:
    """A state as one HTML file that stays interactive: recorded frames, at most 300 kB.

    Every switch, kind, direction and file that the state offers, every id, and what unfolds, where
    that fits; else without what unfolds, else without ids, else what is on screen alone.  The page
    says which, and how to go on in the full kit.
    """
    few = True
    for keep, told in (_TOLD if hasattr(state, "id") else _TOLD_OF_NO_IDS).items():
        if keep == "shut" and not few:
            continue
        try:
            whole = _page(name, state, record(name, state, PAGE_WIDTH, keep), told)
        except ScenarioError:
            few = False  # and with folds shut there are as many
            continue
        if len(whole.encode()) <= PAGE_MAX:
            break
    return whole


_ANSWERS = "Every switch, direction and file answers here, uid and gid"
_TOLD: Mapping[Keep, str] = MappingProxyType(
    {
        "ids": f"{_ANSWERS}, and every id. What is grey needs the full kit.",
        "shut": f"{_ANSWERS}, and every id. Steps, table and what is grey need the full kit.",
        "events": f"{_ANSWERS}. Ids, and what is grey, need the full kit.",
        "nothing": "This case is too large for one file: here it stands still.",
    }
)
_TOLD_OF_NO_IDS: Mapping[Keep, str] = MappingProxyType(
    {
        "events": "What can be pressed answers here. What is grey needs the full kit.",
        "nothing": _TOLD["nothing"],
    }
)


def _page(name: str, state: Any, recorded: Mapping[str, Any], told: str) -> str:
    document = explorer(name).scenario(state) or {}
    title = plain(document.get("title") or name)
    text = json.dumps(recorded, separators=(",", ":"), ensure_ascii=False)
    packed = base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{_ASKS_NOBODY}">
<title>{escape(title)}</title>
<style>{front.stylesheet(*registry.EXPLORERS[name].split("."))}
body {{ margin: 12px auto; padding: 0 12px; max-width: {PAGE_WIDTH + 8}px; }}
{_HIDDEN}</style>
<main id="explorer" class="kfv-explorer">{_regions(shown(name, state, PAGE_WIDTH))}</main>
<footer class="kfv-note">
<p>{told} Nothing is sent anywhere. {_go_on(name, state)}</p>
<p>{escape(str(made(document)))}</p>
</footer>
<script type="text/plain" id="record">{packed}</script>
<script type="module">
{front.module("recorded")}
await openRecorded(document.getElementById("explorer"), document.getElementById("record"));
</script>
</html>
"""


#: Of what a page does not hold, a fold and the walk through the calls; any control else is greyed.
_HIDDEN = (
    ".kfv-folds details:has(> summary[data-unrecorded]), "
    ".kfv-walk [data-unrecorded] { display: none; }"
)
_ASKS_NOBODY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:"
)


def _regions(seen: Shown) -> str:
    return "".join(
        f'<div data-region="{region}">{steady(html)}</div>' for region, html in seen.regions.items()
    )


def _go_on(name: str, state: Any) -> str:
    """How to open the case in the full kit, as HTML."""
    token = encode(name, state)
    if len(token) > TOKEN_SHOWN:
        return "In the full kit the scenario's own file opens it."
    call = f'kfuncviz.explore("{token}")'
    return f"To go on in the full kit: <code>import kfuncviz; {escape(call)}</code> in a notebook."
