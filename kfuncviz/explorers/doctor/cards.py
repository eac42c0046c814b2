# SPDX-License-Identifier: BSD-3-Clause
"""
Cards: what the doctor says under the picture
=============================================

The finding, the repairs with what each gives, what people try that does not help, the conditions of
an errno, and what was assumed, is needed, or was not understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfuncviz.diagnosis import Diagnosis, Repair
from kfuncviz.diagnosis.answers import ask, mapped
from kfuncviz.explorers.doctor.cases import Case, ways
from kfuncviz.explorers.doctor.state import State
from kfuncviz.explorers.element import button, element, event, exact, pressed, words
from kfuncviz.render.ownership import brief
from kfuncviz.render.ownership.marks import bold, to_html, to_text
from kfuncviz.scenario.ownership.answer import Ownership

_NOTHING = "Nothing to answer yet."
#: So many lines that were not understood are shown.
_MOST = 10
_SOURCE = "In the order of fs/namespace.c; the first that holds decides."


def said(here: Case) -> str:
    """The answer in a sentence or two, its numbers marked."""
    if here.shown is None:
        return f"This cannot be understood: {here.trouble}."
    shown = here.shown
    if shown.nothing:
        return f"{_NOTHING} It takes {shown.situation.needs[0]}."
    if shown.answers is None:
        return next((f"{each.words}." for each in shown.findings), _NOTHING)
    if shown.answers.refused:
        return f"The kernel refuses the map: {shown.answers.refused}."
    found = [o for _, o in ways(shown.answers)]
    told = _of_each(found)
    if shown.answers.mapping:
        told = [brief.marked(o) if o.unmade else f"{o.kind} {mapped(o)}." for o in found]
    if shown.answers.doing:
        verdict = shown.answers.err or "allowed"
        told = [f"{_begun(shown.answers.doing)}: {bold(verdict)}.", *told]
    return " ".join(dict.fromkeys(told))


def _of_each(found: Sequence[Ownership]) -> list[str]:
    """The sentence of each way; of two, one that does not name its kind begins with it."""
    told = [brief.marked(o) for o in found]
    if len({*told}) == 1:
        return told
    return [
        said if o.kind in said else f"{_begun(o.kind)}: {said}"
        for o, said in zip(found, told, strict=True)
    ]


def _begun(text: str) -> str:
    """A text as it begins a line."""
    return text[:1].upper() + text[1:]


def finding(here: Case) -> str:
    """What goes wrong: the sentence, and each likely mistake by its name."""
    bad = here.shown is None or not (here.shown.well or here.shown.nothing)
    label = element("span", "finding" if bad else "answer", class_="kfv-label")
    sentence = said(here)
    body = element("p", to_html(sentence))
    row = element("div", label + element("div", body, class_="kfv-said"),
                  class_="kfv-answer-row" + (" kfv-bad" if bad else ""))  # fmt: skip
    found = () if here.shown is None else here.shown.findings
    items = "".join(f"<li><b>{words(_begun(name))}:</b> {words(text)}</li>" for name, text in found)
    return row + (element("ul", items, class_="kfv-findings") if items else "")


def repairs(state: State, here: Case) -> str:
    """Each repair as a card in the dialect of the paste."""
    if here.shown is not here.found:
        return element("p", "A scenario that was changed by hand stands in no dialect: its repairs "
                       "are its rows.", class_="kfv-small")  # fmt: skip
    found = () if here.shown is None else here.shown.repairs
    return "".join(_repair(state, number, each) for number, each in enumerate(found))


def _repair(state: State, number: int, repair: Repair) -> str:
    on = state.repair == number
    key = f"repair-{number}"
    buttons = button("Copy", f"copy-{key}", data_do="copy", data_from=key) + pressed(
        "Compare", f"see-{key}", event("set", "repair", None if on else number), on=on
    )
    body = (
        element("h3", f"{number + 1}. {words(_begun(repair.words))}")
        + element("pre", exact(repair.text), data_key=key)
        + element("p", f"{words(effect(repair))} <code>{words(repair.dialect)}</code>")
        + element("div", buttons, class_="kfv-walk")
    )
    return element("div", body, class_="kfv-remedy")


def effect(repair: Repair) -> str:
    """What the kernel answers with a repair, in a sentence."""
    return to_text(" ".join(_of_each([o for _, o in ways(ask(repair.situation))])))


def no_help(here: Case) -> str:
    """What people try that leaves it as it is."""
    found = () if here.shown is None else here.shown.no_help
    if not found:
        return ""
    items = "".join(f"<li><b>{words(what)}</b>: {words(why)}</li>" for what, why in found)
    body = element("h3", "Would not help") + element("ul", items)
    return element("div", body, class_="kfv-remedy kfv-vain")


def conditions(here: Case) -> str:
    """What gives the errno that mounting ended with, in the kernel's order."""
    found = () if here.shown is None else here.shown.conditions
    if not found:
        return ""
    items = "".join(f"<li>{words(each.words + each.when)}</li>" for each in found)
    title = f"{found[0].errno} of an idmapped mount comes from"
    body = element("h3", words(title)) + element("ol", items)
    return element("div", body + element("p", _SOURCE, class_="kfv-small"),
                   class_="kfv-remedy kfv-vain")  # fmt: skip


def asides(shown: Diagnosis | None) -> str:
    """What was assumed, what it would need to know, what was not understood."""
    if shown is None:
        return ""
    here = shown.situation
    lists = {"Assumed": here.assumed, "Would need to know": () if shown.nothing else here.needs,
             "Not understood": _few(here.unread)}  # fmt: skip
    return "".join(_aside(title, lines) for title, lines in lists.items() if lines)


def _few(lines: Sequence[str]) -> list[str]:
    """The first lines, and how many more there are."""
    more = [f"and {len(lines) - _MOST} lines more"] if len(lines) > _MOST else []
    return [*lines[:_MOST], *more]


def _aside(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{words(line)}</li>" for line in lines)
    return element("section", element("h3", title) + element("ul", items), class_="kfv-aside")
