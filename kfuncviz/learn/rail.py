# SPDX-License-Identifier: BSD-3-Clause
"""
Course: which chapter answers what, and where do you stand?
===========================================================

An explorer: the chapters as stations of a rail, one rail a group, each with its question, its
minutes and how much of it is answered; and four exits for whoever did not come to study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import groupby
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from kfuncviz.explorers import outside
from kfuncviz.explorers.element import element, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.explorers.engine.without_ids import barred, extents  # noqa: F401, for the engine
from kfuncviz.learn import course
from kfuncviz.learn.course import Chapter

Links = Literal["notebooks", "page"]
Href = Callable[[str], str]
"""Where a chapter (by its number) or an exit (by its name) is found."""

#: The exits: what each is called, and what it is for.
EXITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "drill": ("Drill", "endless questions, harder as you go"),
        "ownership": ("Look up a case", "pick one, or paste yours"),
        "doctor": ("Diagnose mine", "a configuration that fails"),
        "thread": ("Argue", "both sides of the thread"),
    }
)
DONE, HERE, OPEN = "done", "here", "open"
_SIGNS = {DONE: "\N{CHECK MARK}", HERE: "\N{BLACK CIRCLE}", OPEN: "\N{WHITE CIRCLE}"}


@dataclass(frozen=True)
class State:
    """What is answered, and where the links lead.

    ``answered`` names the questions and exercises that count, as :func:`counted` does; ``links``
    says whether chapters are notebooks in this folder or parts of one page.
    """

    answered: tuple[str, ...] = ()
    links: Links = "notebooks"


TRAITS = ("answered",)


class Station(NamedTuple):
    """A chapter on the map: ``sign`` is done, here or open, ``done`` of ``total`` are answered."""

    chapter: Chapter
    sign: str
    done: int
    total: int


def counted(answered: Mapping[str, bool]) -> tuple[str, ...]:
    """The names that count of those that were answered: a question in any way, an exercise rightly.

    >>> counted({"question 00.1": False, "exercise 00.1": False, "exercise 00.2": True})
    ('exercise 00.2', 'question 00.1')
    """
    there = set(_names())
    return tuple(
        sorted(
            name
            for name, right in answered.items()
            if name in there and (right or name.startswith("question"))
        )
    )


def _names() -> list[str]:
    return [name for number in course.numbers() for name in _asked(course.chapter(number))]


def _asked(chapter: Chapter) -> list[str]:
    """What a chapter asks, by the names that a standing has for it."""
    return [
        *(f"question {item.name}" for item in chapter.questions),
        *(f"exercise {item.name}" for item in chapter.exercises),
    ]


def stations(answered: Iterable[str]) -> list[Station]:
    """The chapters in their order; the first that is not done is where somebody stands.

    >>> [station.sign for station in stations(())][:2]
    ['here', 'open']
    """
    known, out, here = set(answered), [], False
    for chapter in map(course.chapter, course.numbers()):
        asked = _asked(chapter)
        done = len(known.intersection(asked))
        sign = DONE if done == len(asked) else OPEN if here else HERE
        here = here or sign == HERE
        out.append(Station(chapter, sign, done, len(asked)))
    return out


# ------------------------------------------------------------------------------ the explorer


def first(source: Any) -> State:
    """The map with what is answered: names, or a mapping from names to whether it was right.

    ValueError names one that is no question and no exercise.

    >>> first({"question 00.1": False}).answered
    ('question 00.1',)
    """
    if isinstance(source, Mapping):
        return State(counted(source))
    return State(_answered(source or ()))


def _answered(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(  # noqa: TRY004 (as everywhere outside)
            f"what is answered is a list of names, not {outside.shown(value)}"
        )
    there = _names()
    return tuple(sorted({outside.known("question or exercise", name, there) for name in value}))


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after an event: an answer is noted, or a part set.

    >>> update(State(), {"type": "note", "target": "question 00.1", "value": True}).answered
    ('question 00.1',)
    """
    kind = outside.known("event", event.get("type"), ("note", "set"))
    target, value = event.get("target"), event.get("value")
    if kind == "note":
        name = outside.known("question or exercise", target, _names())
        more = counted({name: outside.flag("right", value)})
        return replace(state, answered=_answered([*state.answered, *more]))
    part = outside.known("part of the course", target, ("answered", "links"))
    if part == "answered":
        return replace(state, answered=_answered(value))
    links: Any = outside.known("kind of links", value, get_args(Links))
    return replace(state, links=links)


def change(before: State, after: State) -> Literal["edit", "look", "new"]:
    """What has happened between two states: an answer is no step to undo."""
    del before, after
    return "look"


def frame(state: State, width: int = 960) -> Frame:
    """The map; its style puts stations under each other where it is narrow."""
    del width
    there = stations(state.answered)
    rows = [_row(station) for station in there]
    text = "\n".join(" | ".join(row.values()) for row in rows)
    return Frame(
        {"course": rail(state.answered, _HREFS[state.links])}, _sentence(there), rows, text
    )


def _row(station: Station) -> dict[str, str]:
    chapter, sign, done, total = station
    return {
        "chapter": f"{chapter.number} {chapter.title}", "answers": chapter.asks,
        "time": f"{chapter.minutes} min", "answered": f"{done} of {total}", "standing": sign,
    }  # fmt: skip


def _here(there: Sequence[Station]) -> Chapter | None:
    return next((station.chapter for station in there if station.sign == HERE), None)


def _sentence(there: Sequence[Station]) -> str:
    here = _here(there)
    at = f"You are in {here.number} {here.title}" if here else "You have been everywhere"
    finished = sum(station.sign == DONE for station in there)
    done, total = sum(s.done for s in there), sum(s.total for s in there)
    return f"{at}; {finished} of {len(there)} chapters done, {done} of {total} answered."


# ------------------------------------------------------------------------------ what it looks like


def rail(answered: Iterable[str], href: Href) -> str:
    """The map as HTML; ``href`` says where each chapter and each exit is found.

    Its words alone make sense too, without a style and without attributes.

    >>> 'href="00.html"' in rail((), lambda name: f"{name}.html")
    True
    """
    there = stations(answered)
    bands = "".join(
        _band(group, list(of)) for group, of in groupby(_linked(there, href), _group_of)
    )
    exits = "".join(
        element("li", _link(href(name), f"exit {name}", element("b", words(title)) + words(about)))
        for name, (title, about) in EXITS.items()
    )
    return element(
        "div", _hero(there, href) + bands + element("ul", exits, class_="kfv-exits"),
        class_="kfv-own kfv-rail",
    )  # fmt: skip


def _linked(there: Iterable[Station], href: Href) -> list[tuple[Station, str]]:
    return [(station, href(station.chapter.number)) for station in there]


def _group_of(linked: tuple[Station, str]) -> str:
    return linked[0].chapter.group


def _hero(there: Sequence[Station], href: Href) -> str:
    """What the course answers, how long it is, where one stands, and the way on."""
    here = _here(there)
    hours, minutes = divmod(sum(station.chapter.minutes for station in there), 60)
    said = f"{len(there)} chapters, {hours} h {minutes} min in all. {_sentence(there)}"
    title = element("h2", "Who owns this file?") + element("p", words(said))
    label, to = (f"Continue {here.number}", here.number) if here else ("Go on: drill", "drill")
    way_on = _link(href(to), "continue", words(label), class_="kfv-go")
    return element("div", element("div", title) + way_on, class_="kfv-hero")


def _band(group: str, linked: Sequence[tuple[Station, str]]) -> str:
    about = course.groups().get(group, "")
    head = element("h3", f"{words(group)} {element('small', words(about))}")
    body = "".join(_station(station, to) for station, to in linked)
    return element("section", head + element("ol", body), class_="kfv-band")


def _station(station: Station, to: str) -> str:
    chapter, sign, done, total = station
    mark = element("i", _SIGNS[sign], aria_hidden="true")
    mark += element("span", f"{sign}: ", class_="kfv-hidden")
    about = f"{chapter.number} \N{MIDDLE DOT} {chapter.minutes} min \N{MIDDLE DOT} {done}/{total}"
    text = element("small", about) + element("b", f" {words(chapter.title)} ")
    link = _link(
        to, f"chapter {chapter.number}", mark + text + element("span", words(chapter.asks)),
        aria_current="step" if sign == HERE else None,
    )  # fmt: skip
    return element("li", link, class_=f"kfv-station kfv-{sign}")


def _link(to: str, key: str, body: str, **attributes: Any) -> str:
    return element("a", body, href=to, data_key=key, **attributes)


# ------------------------------------------------------------------------------ where links lead

#: Notebooks that open an exit, below the folder of the chapters.
ROOMS = "rooms"


def notebook(name: str) -> str:
    """Where a chapter or an exit is found from the folder of the notebooks.

    >>> notebook("00"), notebook("drill")
    ('00-start-here.ipynb', 'rooms/drill.ipynb')
    """
    return f"{ROOMS}/{name}.ipynb" if name in EXITS else course.chapter(name).notebook


def anchor(name: str) -> str:
    """Where a chapter or an exit is found inside the one page.

    >>> anchor("00")
    '#chapter-00'
    """
    if name not in EXITS:
        return f"#chapter-{name}"
    return f"#{encode(name, explorer(name).State())}"


_HREFS: Mapping[Links, Href] = MappingProxyType({"notebooks": notebook, "page": anchor})


# ------------------------------------------------------------------------------ for the engine


def opened(state: State) -> State:
    """Nothing is folded."""
    return state


def travels(_: State) -> list[Mapping[str, Any]]:
    """Its links lead elsewhere: nothing here changes it."""
    return []


def scenario(_: State) -> None:
    """No scenario stands behind it."""
    return


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it."""
    return asdict(state) | {"answered": list(state.answered)}


def from_json(data: Any) -> State:
    """The state somebody wrote down; ValueError names the part that is wrong.

    >>> from_json({"links": "page"}).links
    'page'
    """
    given = outside.mapping("the course's state", data, [field.name for field in fields(State)])
    state = State()
    for target, value in given.items():
        state = update(state, {"type": "set", "target": target, "value": value})
    return state
