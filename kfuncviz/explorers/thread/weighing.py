# SPDX-License-Identifier: BSD-3-Clause
"""
Weighing: what the reader made of the thread, as one page and as text
=====================================================================

Own words and weights are the reader's; whatever else stands there is told with its sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.metadata import version

from kfuncviz.evidence.data.load import releases
from kfuncviz.explorers.element import element, words
from kfuncviz.explorers.thread.own import ASKED, lines
from kfuncviz.explorers.thread.state import STANCES, TIMES, TOPICS, WEIGHTS, State
from kfuncviz.kfuncs.thread import Claim, argument_map, message
from kfuncviz.render.kit.markup import link
from kfuncviz.render.kit.plain import plain, wrap
from kfuncviz.render.thread.argument import prose
from kfuncviz.render.thread.words import cited

_TITLE = "My weighing: kfuncs for idmapped mounts, July 2023"
_WHOSE = (
    "The words and the weights are mine. Claims are paraphrased from the mails that are named;"
    " the mails themselves are at lore.kernel.org."
)
_COLUMNS = 72
_STYLE = """
body { font: 14px/1.45 system-ui, "DejaVu Sans", sans-serif; color: #1b1b1b; background: #fff;
  max-width: 760px; margin: 16px auto; padding: 0 16px; }
h1 { font-size: 21px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 14px 0 4px; }
p, ul { margin: 0 0 6px; } ul { padding-left: 18px; } .small { font-size: 12.5px; color: #555; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 20px; }
section { break-inside: avoid; }
a { color: inherit; } @media (max-width: 560px) { .two { grid-template-columns: 1fr; } }
@page { margin: 14mm; }
"""


def weighing_html(state: State) -> str:
    """The reader's words and weights as one HTML page, to be kept, printed or sent.

    >>> weighing_html(State()).count("<section>")
    0
    """
    sections = "".join(_section(state, topic) for topic in TOPICS if _said(state, topic))
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(_TITLE)}</title>\n'
        f"<style>{_STYLE}</style>\n<main><h1>{escape(_TITLE)}</h1>"
        f'<p class="small">{escape(_WHOSE)}</p>{sections}{_rest_html(state)}'
        f'<p class="small">{escape(_made())}</p></main>\n</html>\n'
    )


def weighing_text(state: State) -> str:
    """The same as text of at most 72 columns.

    >>> print(weighing_text(State()).splitlines()[0])
    My weighing: kfuncs for idmapped mounts, July 2023
    """
    out = [_TITLE, "", *wrap(_WHOSE, _COLUMNS)]
    for topic in TOPICS:
        if _said(state, topic):
            out += ["", *wrap(TOPICS[topic], _COLUMNS), *_topic_text(state, topic)]
    rest = _rest(state)
    return "\n".join([*out, *(["", *wrap(rest, _COLUMNS)] if rest else []), "", _made()]) + "\n"


def _said(state: State, topic: str) -> bool:
    """Whether the reader wrote or weighed anything on a question."""
    targets = [target.partition(".")[0] for target, _ in (*state.written, *state.stances)]
    return topic in targets or any(True for _ in _weighed(state, topic))


def _weighed(state: State, topic: str) -> Iterator[tuple[str, Claim]]:
    """The claims of a question that weigh something, the heaviest first."""
    held = dict(state.weights)
    for weight in reversed(WEIGHTS):
        for claim in argument_map().claims.values():
            if claim.question == topic and held.get(claim.id) == weight:
                yield weight, claim


def _stances(state: State, topic: str) -> str:
    stood = dict(state.stances)
    found = (
        f"{time} the map: {STANCES[stood[target]]}"
        for time in TIMES if (target := f"{topic}.{time}") in stood
    )  # fmt: skip
    return "; ".join(found)


def _section(state: State, topic: str) -> str:
    said = dict(state.written)
    told = {
        part: f"<div><b>{escape(ASKED[part])}</b><p>{lines(said[f'{topic}.{part}'])}</p></div>"
        for part in ASKED if f"{topic}.{part}" in said
    }  # fmt: skip
    stances = _stances(state, topic)
    claims = "".join(
        f"<li><b>{weight}</b>: {words(argument_map().sides[claim.side])}, "
        f"{words(', '.join(claim.by))} ({_linked(claim)}): {prose(claim.text)}</li>"
        for weight, claim in _weighed(state, topic)
    )
    return element(
        "section",
        f"<h2>{words(TOPICS[topic])}</h2>"
        + (f"<p>{words(stances)}</p>" if stances else "")
        + element("div", told.get("for", "") + told.get("against", ""), class_="two")
        + told.get("after", "")
        + (f"<ul>{claims}</ul>" if claims else ""),
    )


def _linked(claim: Claim) -> str:
    mails = ", ".join(link(message(n).url, str(n)) for n in claim.messages)
    return f"{claim.id}, {cited(claim.messages).partition(' ')[0]} {mails}"


def _topic_text(state: State, topic: str) -> Iterator[str]:
    if stances := _stances(state, topic):
        yield from wrap(stances, _COLUMNS, first="  ", then="  ")
    said = dict(state.written)
    for part, asked in ASKED.items():
        if f"{topic}.{part}" in said:
            yield f"  {asked}:"
            for line in said[f"{topic}.{part}"].split("\n"):
                yield from wrap(plain(line), _COLUMNS, first="    ", then="    ")
    for weight, claim in _weighed(state, topic):
        ids = " ".join(f"<{message(n).message_id}>" for n in claim.messages)
        who = f"{', '.join(claim.by)}, {cited(claim.messages)}"
        told = f"{weight}: {claim.id} ({argument_map().sides[claim.side]}; {who}): {claim.text}"
        yield from wrap(told, _COLUMNS, first="  - ", then="    ", hyphens=False)
        yield from wrap(ids, _COLUMNS, first="    ", then="    ", hyphens=False)


def _rest(state: State) -> str:
    left = [TOPICS[topic] for topic in TOPICS if not _said(state, topic)]
    return f"Not weighed: {' '.join(left)}" if left else ""


def _rest_html(state: State) -> str:
    rest = _rest(state)
    return f'<p class="small">{words(rest)}</p>' if rest else ""


def _made() -> str:
    return f"kfuncviz {version('kfuncviz')}; data to Linux {releases()[-1]}"
