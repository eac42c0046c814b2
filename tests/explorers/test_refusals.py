# SPDX-License-Identifier: BSD-3-Clause
"""
What no control could send, and no state could be: why not, in the words a person reads
=======================================================================================

Each line of ``whole/refusals.txt`` was read: it names what is wrong and what would be right.  After
a change run ``python -m tests.explorers.test_refusals``, and read what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kfuncviz.explorers.engine.registry import explorer

REFUSALS = Path(__file__).with_name("whole") / "refusals.txt"
Sent = tuple[str, Any, Any]
#: Of each explorer a state, and what cannot be sent to it.
EVENTS: Mapping[str, tuple[dict[str, Any], list[Sent]]] = {
    "bench": (
        {},
        [
            ("set", "colour", "red"), ("set", "scenario", "keep-ids"), ("set", "scenario", 5),
            ("set", "via", "sky"), ("set", "path", "home/letter"), ("set", "idmap", "sky"),
            ("set", "kfunc", "bpf_fly"), ("set", "hook", "xdq"), ("set", "pointer", "hok"),
            ("set", "release", "6.1"), ("set", "flags", "KF_X"), ("set", "sleepable", "yes"),
            ("set", "rcu", 1), ("wrong", "mount", True), ("wrong", "idmap", 1),
            ("fold", "rows", True), ("fold", "mail", 1), ("walk", "mail", True),
        ],
    ),
    "doctor": (
        {"text": "X-mount.idmap=b:0:1000:1", "question": "owned by 1000"},
        [
            ("typed", "texts", ""), ("typed", "text", 5), ("typed", "text", "x" * 16_385),
            ("typed", "question", "x" * 501), ("typed", "scenario", "x" * 16_385),
            ("set", "nothing", 1), ("set", "example", "podman#6132"), ("set", "reading", "lxc"),
            ("set", "repair", 2), ("set", "repair", -1), ("set", "repair", True),
            ("fold", "rows", True), ("fold", "mail", 1), ("walk", "mail", True),
        ],
    ),
    "exposure": (
        {"change": "own-maps-6.8", "exposure": "kfunc", "predict": True},
        [
            ("set", "folds", True), ("set", "about", "all"), ("set", "since", "9.9"),
            ("set", "until", "9.9"), ("set", "change", "perfmon-7.3"), ("set", "exposure", "x"),
            ("set", "predict", 1), ("stop", "about", "3"), ("stop", "since", 3),
            ("stop", "until", "19"), ("select", "perfmon-7.3", "kfunc"),
            ("select", "own-maps-6.8", "x"), ("guess", "fine", None), ("guess", "holds", 1),
            ("fold", "cases", True), ("fold", "mail", 1), ("jump", "x", None),
        ],
    ),
    "lifetimes": (
        {},
        [
            ("set", "folds", []), ("set", "program_type", "LSN"), ("set", "subsystem", "fs"),
            ("set", "flag", "KF_X"), ("set", "text", 7), ("set", "text", "x" * 61),
            ("set", "only", "new"), ("set", "counts", "gone"), ("set", "counts", ["x"]),
            ("set", "page", "16"), ("set", "page", "0001"), ("set", "page", "\N{SUPERSCRIPT TWO}"),
            ("set", "page", "\N{ARABIC-INDIC DIGIT TWO}"), ("set", "page", True),
            ("set", "page", -1), ("set", "age", "31"), ("set", "age", 1.0),
            ("set", "kfunc", "bbr_mian"), ("set", "beside", 1), ("count", "x", True),
            ("count", "gone", 1), ("preset", "all", None), ("preset", "name", 1),
            ("select", "bbr_mian", None), ("select", "bpf_kfunc_call_test1", None),
            ("select", "bbr_main", 1), ("fold", "rows", True),
            ("fold", "mail", 1), ("jump", "x", None),
        ],
    ),
    "thread": (
        {"stances": [["cost.before", "even"]], "opened": ["cost"]},
        [
            ("set", "kind", "uid"), ("set", "topic", "trust"), ("select", "message 14", None),
            ("select", "claim need", None), ("select", None, None), ("typed", "need", "x"),
            ("typed", "need.for", 5), ("typed", "need.for", "x" * 601), ("typed", "need.after", ""),
            ("typed", "cost.for", "x"), ("weigh", "need.before", "much"), ("weigh", "need", "even"),
            ("weigh", "trust", "much"), ("weigh", "need.after", "even"),
            ("weigh", "cost.before", "even"), ("open", "trust", None), ("open", "need", None),
            ("fold", "rows", True), ("fold", "mail", 1), ("jump", "x", None),
        ],
    ),
}  # fmt: skip
STATES: Mapping[str, list[Any]] = {
    "bench": [
        {"mood": 1}, {"scenario": 5}, {"scenario": "keep-ids"}, {"via": "sky"}, {"path": "x"},
        {"idmap": "sky"}, {"kfunc": "bpf_fly"}, {"hook": 5}, {"pointer": "hok"},
        {"release": "6.99"}, {"flags": "KF_X"}, {"sleepable": 1}, {"rcu": 1}, {"folds": 5},
        {"folds": ["x"]},
    ],
    "doctor": [
        {"txet": ""}, {"text": 5}, {"question": "?" * 501}, {"reading": 5}, {"edited": 5},
        {"draft": "x" * 16_385}, {"repair": -1}, {"repair": True}, {"folds": "mail"},
        {"folds": ["mial"]},
    ],
    "exposure": [
        {"id": 7}, {"about": "all"}, {"since": "7.3"}, {"until": "7.3"}, {"until": "5.11"},
        {"since": "6.8", "until": "6.8"}, {"change": "perfmon-7.3"}, {"exposure": "ioctl"},
        {"predict": 1}, {"guesses": {}}, {"guesses": ["own-maps-6.8"]}, {"guesses": [["a"]]},
        {"guesses": [["x", "kfunc", "holds"]]}, {"guesses": [["own-maps-6.8", "x", "holds"]]},
        {"guesses": [["own-maps-6.8", "kfunc", "x"]]}, {"folds": "x"}, {"folds": ["x"]},
    ],
    "lifetimes": [
        {"x": 1}, {"flag": "KF_X"}, {"only": "new"}, {"counts": "gone"}, {"page": 16},
        {"page": 1, "subsystem": "fs/"}, {"age": 31}, {"folds": 1}, {"folds": ["x"]},
    ],
    "thread": [
        {"id": 5}, {"topic": "trust"}, {"selection": "claim trust"}, {"written": "x"},
        {"written": [["need.for"]]}, {"written": ["ab"]}, {"written": [["need.for", 7]]},
        {"written": [["need.now", "x"]]}, {"written": [["need.for", "x" * 601]]},
        {"written": [["need.after", "x"]]}, {"stances": [["need.before", "much"]]},
        {"stances": [["need.after", "even"]]}, {"weights": [["need", "even"]]}, {"opened": "need"},
        {"opened": [5]}, {"opened": ["need"]}, {"folds": ["rows"]},
    ],
}  # fmt: skip


def lines() -> Iterator[str]:
    """Each thing that is refused, cut short, and why."""
    for name, (data, events) in EVENTS.items():
        module = explorer(name)
        state = module.from_json(data)
        for kind, target, value in events:
            sent = {"type": kind, "target": target, "value": value}
            yield f"{name} {kind} {target!r:.40} {value!r:.40}: {why(module.update, state, sent)}"
        for written in STATES[name]:
            yield f"{name} {written!r:.60}: {why(module.from_json, written)}"


def why(*asked: Any) -> str:
    """Why something is refused."""
    call, *given = asked
    try:
        call(*given)
    except ValueError as error:
        return str(error)
    return "taken"


def test_every_refusal_is_as_it_was_read() -> None:
    assert [*lines()] == REFUSALS.read_text("utf-8").splitlines()


if __name__ == "__main__":
    REFUSALS.write_text("".join(f"{line}\n" for line in lines()), "utf-8")
