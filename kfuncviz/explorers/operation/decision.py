# SPDX-License-Identifier: BSD-3-Clause
"""
Decision: the checks of a call, from the trace of its replay
============================================================

Nothing is known here of any operation: a check is a step of the trace that asks something, in the
order the kernel made them.  What was not reached is read from the trace of the same call in a
situation where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kfuncviz.explorers.operation.questions import own_question, question, refuses
from kfuncviz.model.fs import Inode, VfsMount
from kfuncviz.model.trace import Step, deciding
from kfuncviz.render.operation.rail import Answer, Check, Rail
from kfuncviz.scenario.replay import OpReplay

#: The most lines under a failed check.
_UNDER = 6
_MADE = "Could the mount and the caller be made?"


class _Asked(NamedTuple):
    """A check as it stands in a trace: its question, and the steps that ask it."""

    question: str
    steps: tuple[Step, ...]
    refused: bool


def rail(replay: OpReplay, other: OpReplay | None = None, rest: str = "") -> Rail:
    """The decision about a replayed call.

    ``other`` is the same call where it got further; ``rest`` says where that was.

    >>> from kfuncviz.scenario.replay import attempt
    >>> alone = {"setup": [{"type": "dir", "path": "d", "mode": "0700"}],
    ...          "callers": {"c": {"kuid": 5, "kgid": 5}}}
    >>> call = {"op": "mkdir", "path": "d/e", "by": "c", "via": "plain"}
    >>> refused = rail(attempt(alone, call))
    >>> [(check.question, check.answer) for check in refused.checks]
    [('Is every directory on the path searchable?', 'failed')]
    """
    asked, why = _asked(replay), replay.why
    checks = [_check(each, replay) for each in asked]
    if why is not None and not replay.steps:  # there was nobody to ask, or nothing to ask through
        source = f"{why.file}, \N{SECTION SIGN} {why.section}" if why.section else why.file
        checks = [Check(_MADE, "failed", f"{why.check}()", source)]
    unreached = _after(asked, _asked(other)) if other is not None and replay.err else ()
    checks += [_drawn(each, "not reached") for each in unreached]
    op = replay.op
    return Rail(
        call=call_words(op),
        who=f"{op['by']} through {op['via']}",
        err="" if why is None else why.errno,
        rule=(outcome(replay) or "it is done") if why is None else why.words,
        checks=tuple(checks),
        rest=rest if unreached else "",
    )


def call_words(op: Mapping[str, Any]) -> str:
    """A call as one writes it down: its name, its path, and what else it was given."""
    given = dict(op)
    name, path = given.pop("op"), given.pop("path", None)
    for part in ("by", "via"):
        given.pop(part, None)
    shown = [] if path is None else [path or '""']
    shown += [f"{key}={_word(value)}" for key, value in given.items()]
    return f"{name}({', '.join(map(str, shown))})"


def _word(value: Any) -> Any:
    if isinstance(value, list):
        parts = (each if isinstance(each, str) else ":".join(_entry(each)) for each in value)
        return ",".join(parts)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _entry(entry: Any) -> Iterator[str]:
    parts = entry if isinstance(entry, list) else [entry]
    return ("" if part is None else str(part) for part in parts)


def outcome(replay: OpReplay) -> str:
    """What a call that succeeds gives back, and what it leaves behind; empty where that is nothing.

    >>> from kfuncviz.scenario.replay import attempt
    >>> outcome(attempt({}, {"op": "stat", "path": ".", "by": "root", "via": "plain"}))
    '0:0 0777 dir'
    """
    told = str(replay).partition(" -> ok")[2].removeprefix(": ")
    # how many bytes there are now is not said
    return told.partition("}; ")[2] if told.startswith("{") else told


def _asked(replay: OpReplay) -> list[_Asked]:
    """The checks of a trace in their order; what asks the same again and again is one."""
    steps, decided = replay.steps, deciding(list(replay.steps)) if replay.err else None
    root = _root(steps)
    out: list[_Asked] = []
    for step, caller, decides in _outermost(steps, decided):
        asked = question(step, caller, root)
        if out and out[-1].question == asked and not out[-1].refused:
            last = out.pop()
            out.append(_Asked(asked, (*last.steps, step), decides))
        else:
            out.append(_Asked(asked, (step,), decides))
    if decided is None:
        # a look at what has become of it is no part of the call
        looks_back = len(out) > 1 and out[-1].steps[0].function == "may_lookup"
        return out[:-1] if looks_back else out
    if out and _by_last(out[-1], decided, steps):
        out[-1] = out[-1]._replace(refused=True)
    elif not out or not out[-1].refused:
        out.append(_Asked(own_question(decided), (decided,), refused=True))
    return out


def _root(steps: Sequence[Step]) -> Inode | None:
    """The root of the mount a call goes through."""
    passed = (each for step in steps for each in step.args.values())
    return next((each.mnt_root for each in passed if isinstance(each, VfsMount)), None)


def _outermost(steps: Sequence[Step], decided: Step | None) -> Iterator[tuple[Step, str, bool]]:
    """The checks that are in no other check, who called each, and whether it holds the decision."""
    above: list[Step] = []
    inside = -1
    for nth, step in enumerate(steps):
        del above[step.depth :]
        above.append(step)
        if 0 <= inside < step.depth:
            continue
        inside = -1
        caller = above[-2].function if len(above) > 1 else ""
        if question(step, caller):
            inside = step.depth
            held = step.error is not None and decided is not None and decided in _in(steps, nth)
            yield step, caller, held


def _in(steps: Sequence[Step], nth: int) -> list[Step]:
    """A step and all the steps it made."""
    out = [steps[nth]]
    for step in steps[nth + 1 :]:
        if step.depth <= steps[nth].depth:
            break
        out.append(step)
    return out


def _by_last(last: _Asked, decided: Step, steps: Sequence[Step]) -> bool:
    """Whether a function refused because of what its last check said."""
    within = _in(steps, [*steps].index(decided))
    return not last.refused and last.steps[-1] in within and refuses(last.steps[-1])


def _check(asked: _Asked, replay: OpReplay) -> Check:
    if not asked.refused:
        return _drawn(asked, "passed")
    step = asked.steps[-1]
    if asked.question == own_question(step):
        return _drawn(asked, "failed", step)._replace(call=_line(step))
    children, below = [step], _in(replay.steps, [*replay.steps].index(step))[1:]
    while below and len(children) == 1 and refuses(children[0]):
        # one that only asks another says nothing itself
        depth = children[0].depth + 1
        children = [each for each in below if each.depth == depth]
        below = [each for each in below if each.depth > depth]
    lines = [(refuses(each), _line(each)) for each in children if each is not step]
    drawn = _drawn(asked, "failed", step)
    return drawn._replace(call=_line(step), under=tuple(lines[:_UNDER]))


def _line(step: Step) -> str:
    answer = step.answer if step.error is None else f"-{step.error.name}"
    return step.call + (f" = {answer}" if answer else "")


def _drawn(asked: _Asked, answer: Answer, step: Step | None = None) -> Check:
    """A check; its call has names for arguments, for what they are now they were not then."""
    shown = step or asked.steps[0]
    calls = dict.fromkeys(f"{each.function}({', '.join(_passed(each))})" for each in asked.steps)
    call = " and ".join(calls)
    if len(asked.steps) > len(calls):
        call += f", {len(asked.steps)} times"
    source = f"{shown.file}, \N{SECTION SIGN} {shown.section}"
    if shown.commit:
        source += f", commit {shown.commit}"
    return Check(asked.question, answer, call, source, shown.url)


def _passed(step: Step) -> list[str]:
    """The names of what a kernel function gets passed."""
    return [name for name in step.args if step.types.get(name) != "Task"]


def _after(asked: list[_Asked], other: list[_Asked]) -> list[_Asked]:
    """Of a call that got further, what it was asked after the check that refused this one."""
    if not asked or not asked[-1].refused:
        return []
    refused = asked[-1].question
    met = sum(each.question == refused for each in asked)
    for nth, each in enumerate(other):
        met -= each.question == refused
        if not met:
            return other[nth + 1 :]
    return other[len(asked) - 1 :]
