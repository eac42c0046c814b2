# SPDX-License-Identifier: BSD-3-Clause
"""
The gallery as pages
====================

Every case with its picture, its file, its text for a mail, and the address that opens it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kfuncviz import render
from kfuncviz.api import Scenario
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.scenario.load import gallery
from tools.site.explorers import address
from tools.site.shell import page, relative

_AT = "gallery/index.html"
#: How wide a picture is drawn, in pixels.
WIDTH = 800


def files() -> Iterator[tuple[str, str]]:
    """The address of each file of the gallery, and what stands in it."""
    cards = []
    for case in gallery():
        scenario = Scenario(case)
        for theme in ("light", "dark"):
            yield f"gallery/{case}-{theme}.svg", scenario.to_svg(WIDTH, theme)
        yield f"gallery/{case}.txt", scenario.to_text()
        cards.append(_card(case, scenario))
    about = "<p>Each opens in an explorer, where its maps, ids and switches can be changed.</p>"
    body = f"<h1>Gallery</h1>{about}{''.join(cards)}"
    yield _AT, page(_AT, "Gallery", body)


def _card(case: str, scenario: Scenario) -> str:
    title = str(scenario.document.get("title") or case)
    token = tokens.encode("ownership", explorer("ownership").first(case))
    opens = f"{relative(address('ownership'), _AT)}#{token}"
    notes, source = (str(scenario.document.get(key) or "") for key in ("notes", "source"))
    says = escape(render.sentence(scenario.who_owns()))
    file = relative(f"data/scenarios/{case}.yaml", _AT)
    return f"""<section id="{case}" aria-labelledby="{case}-title">
<h2 id="{case}-title"><a href="{opens}">{escape(title)}</a></h2>
<p>{escape(notes)}</p>
<picture><source media="(prefers-color-scheme: dark)" srcset="{case}-dark.svg">
<img loading="lazy" src="{case}-light.svg" alt="{says}"></picture>
<p class="kfv-note">Source: {escape(source)}</p>
<ul class="site-line"><li><a href="{file}">scenario file</a></li>
<li><a href="{case}.txt">text for a mail</a></li>
<li><a href="{case}-light.svg">picture</a></li></ul>
</section>
"""
