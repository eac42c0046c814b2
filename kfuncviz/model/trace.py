# SPDX-License-Identifier: BSD-3-Clause
"""
Trace: which helper was called with what, and what it answered
==============================================================

``@traced("8.1", "fs/namei.c")`` marks a model function that stands for a kernel function.  Inside
:func:`recording` every such call becomes a :class:`Step`, in kernel order; outside it costs one
look at a counter.  Recording never changes an answer: it only watches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from kfuncviz.model.access import may_names, perm_text
from kfuncviz.model.budget import STEPS_MAX, Budget, OverBudget, budget_of_block
from kfuncviz.model.capability import CAP_NAMES
from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import INVALID
from kfuncviz.printable import printable

P = ParamSpec("P")
R = TypeVar("R")

#: The release whose source the links of :attr:`Step.url` show.
READ_AT = "v6.18"
#: What a line of a trace ends with where no kernel was asked that settles its answer.
UNMEASURED = " (follows the source, no such kernel was asked)"


class Step:
    """One call: ``function(args) = result``, how deep it was nested, and where to read about it.

    Attributes
    ----------
    function, file:
        The kernel function, and the kernel's source file that defines it.
    section:
        The section of ``data/semantics.md`` that describes it.
    commit:
        Where the answer hung on the release: twelve digits of the commit that made the difference.
        Else empty.
    measured:
        ``False`` where the answer hung on the release and no kernel was asked that settles it: it
        follows source alone.
    args, types, result:
        What was passed, how it is declared, and what came back.
    error, decides:
        The refusal, and whether this step's own check refused, unless its caller went on all the
        same (a capability may override what mode bits refuse).
    row:
        The extent that answered a lookup in a map, ``None`` where none did.
    depth:
        0 for the outermost call.
    """

    __slots__ = (
        "args",
        "commit",
        "decides",
        "depth",
        "error",
        "file",
        "function",
        "measured",
        "result",
        "row",
        "section",
        "types",
    )

    def __init__(
        self,
        function: str,
        args: dict[str, Any],
        types: dict[str, str],
        depth: int,
        section: str,
        file: str,
    ) -> None:
        self.function = function
        self.args = args
        self.types = types
        self.depth = depth
        self.section = section
        self.file = file
        self.commit = ""
        self.measured = True
        self.result: Any = None
        self.error: KernelError | None = None
        self.decides = False
        self.row: Any = None

    @property
    def arguments(self) -> str:
        """The arguments as the kernel's document writes ids: ``idmap, ns, k1000``."""
        return ", ".join(
            _show(value, kind)
            for name, value in self.args.items()
            if (kind := self.types.get(name, "")) not in _NOT_PASSED
        )

    @property
    def call(self) -> str:
        """The call: ``make_vfsuid(idmap, ns, k1000)``."""
        return f"{self.function}({self.arguments})"

    @property
    def answer(self) -> str:
        """What the call returned, or the errno and, where it was decided, the rule."""
        if self.error is not None:
            return f"-{self.error}" if self.decides else f"-{self.error.name}"
        kind = self.types.get("return", "")
        return "" if kind == "None" else _show(self.result, kind)

    @property
    def line(self) -> str:
        """The whole step in one line, indented by its depth."""
        answer = self.answer
        told = "" if self.measured else UNMEASURED
        return "  " * self.depth + self.call + (f" = {answer}" if answer else "") + told

    @property
    def url(self) -> str:
        """Where the kernel function can be read; empty for a function that is in no kernel."""
        if not self.file.endswith((".c", ".h")):
            return ""
        return f"https://elixir.bootlin.com/linux/{READ_AT}/C/ident/{self.function}"

    def __repr__(self) -> str:
        return f"<{self.line.strip()}>"


class _Steps(list[Step]):
    """The steps of a block, and the budget they are charged to."""

    __slots__ = ("budget",)

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self.budget = budget


_recording: ContextVar[_Steps | None] = ContextVar("kfuncviz_trace", default=None)
_depth: ContextVar[int] = ContextVar("kfuncviz_depth")
#: One entry for each recording open in any thread; the context variable says whether one is ours.
_open_recordings: list[None] = []


@contextmanager
def recording() -> Iterator[list[Step]]:
    """Record every traced call made in this block.

    Raises :class:`~kfuncviz.model.budget.OverBudget` at the step that is one too many.

    >>> from kfuncviz.model.mnt_idmapping import make_vfsuid, nop_mnt_idmap
    >>> from kfuncviz.model.user_namespace import init_user_ns
    >>> with recording() as steps:
    ...     _ = make_vfsuid(nop_mnt_idmap, init_user_ns, 1000)
    >>> steps[0].line
    'make_vfsuid(nop_mnt_idmap, init_user_ns, k1000) = v1000'
    """
    steps = _Steps(budget_of_block())
    token, depth = _recording.set(steps), _depth.set(0)
    _open_recordings.append(None)
    try:
        yield steps
    finally:
        _open_recordings.pop()
        _depth.reset(depth)
        _recording.reset(token)


def traced(section: str, file: str, name: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function as a kernel function.

    Parameters
    ----------
    section:
        The section of ``data/semantics.md`` that describes it.
    file:
        The kernel's source file that defines it.
    name:
        What it is called there, if not as here.
    """

    def decorate(fn: Callable[P, R]) -> Callable[P, R]:
        types: dict[str, str] = fn.__annotations__
        function = name or fn.__name__
        positional, given = _positional(fn), fn.__defaults__ or ()
        last = positional[len(positional) - len(given) :]
        defaults = dict(zip(last, given, strict=True)) | (fn.__kwdefaults__ or {})

        def record(*args: P.args, **kwargs: P.kwargs) -> R:
            steps = _recording.get()
            if steps is None:
                return fn(*args, **kwargs)
            steps.budget.steps -= 1
            if steps.budget.steps < 0:
                raise OverBudget(f"a trace of more than {STEPS_MAX} steps")
            depth = _depth.get()
            passed = dict(zip(types, args, strict=False), **kwargs)
            for argument, default in defaults.items():
                if passed[argument] is default:
                    del passed[argument]
            step = Step(function, passed, types, depth, section, file)
            steps.append(step)
            below = len(steps)
            _depth.set(depth + 1)
            try:
                result = step.result = fn(*args, **kwargs)
            except KernelError as error:
                step.error = error
                step.decides = error.decided_in is None
                error.decided_in = error.decided_in or step
                raise
            finally:
                _depth.set(depth)
            for overridden in steps[below:]:
                overridden.decides = False
            return result

        call = wraps(fn)(_while_recording(fn, record))
        call.kernel = function, file, section  # type: ignore[attr-defined]
        return call

    return decorate


def _positional(fn: Callable[..., Any]) -> tuple[str, ...]:
    return fn.__code__.co_varnames[: fn.__code__.co_argcount]


def _while_recording(fn: Callable[P, R], record: Callable[P, R]) -> Callable[P, R]:
    """``record`` while anybody records, else ``fn``, at the cost of a plain call.

    A wrapper of ``*args`` would cost more than most of the functions it wraps; one with the very
    parameters of ``fn`` does not, so it is written out for each.
    """
    code, positional = fn.__code__, _positional(fn)
    keywords = code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
    takes = ", ".join([*positional, *(("*", *keywords) if keywords else ())])
    passes = ", ".join([*positional, *(f"{keyword}={keyword}" for keyword in keywords)])
    source = f"def call({takes}): return (_record if _recordings else _fn)({passes})"
    scope: dict[str, Any] = {"_fn": fn, "_record": record, "_recordings": _open_recordings}
    exec(source, scope)  # noqa: S102  (of the names of our own parameters)
    call: Callable[P, R] = scope["call"]
    call.__defaults__, call.__kwdefaults__ = fn.__defaults__, fn.__kwdefaults__
    return call


def hangs_on(commit: str, *, measured: bool = True) -> None:
    """Say that the answer of the traced call that is running hangs on the release.

    ``commit`` made the difference: before it, the kernel answered otherwise.  ``measured`` is
    whether a kernel was asked that settles what this one answers.
    """
    steps = _recording.get() if _open_recordings else None
    for step in reversed(steps or ()):
        if step.depth == _depth.get() - 1:
            step.commit = commit
            step.measured = step.measured and measured
            return


def is_recording() -> bool:
    """Whether anybody records; to spare what only a trace would show."""
    return bool(_open_recordings)


def answered_by(row: Any) -> None:
    """Say which row of a map answered the traced call that is running."""
    if _open_recordings and (steps := _recording.get()):
        steps[-1].row = row


def deciding(steps: Sequence[Step]) -> Step | None:
    """The step whose own check refused the last refused call, or ``None``."""
    return next((step for step in reversed(steps) if step.decides), None)


#: Declared types of what a kernel function does not get passed: ``current``, and a sysctl.
_NOT_PASSED = ("Task", "OverflowId")

_IDS = {
    "uid_t": "u",
    "gid_t": "u",
    "kuid_t": "k",
    "kgid_t": "k",
    "vfsuid_t": "v",
    "vfsgid_t": "v",
    "int": "",
}


def _acl(acl: Any) -> str:
    """An ACL as getfacl(1) writes it, on one line; ids of :data:`PosixAcl` are kernel ids."""
    entries = []
    for tag, id, perm in acl:
        rwx, k = (perm_text(perm), "k") if type(perm) is int else (perm, "")
        entries.append(f"{tag}:{'' if id is None else k + _id(id)}:{rwx}")
    return printable("{" + ",".join(entries) + "}")


def _id(id: int) -> str:
    return "-1" if id == INVALID else str(id)


_SHOWN: dict[str, Callable[[Any], str]] = {
    "umode_t": lambda mode: f"0{mode:o}",
    "Cap": lambda cap: CAP_NAMES[cap],
    "MayMask": may_names,
    "AclType": lambda which: "ACL_TYPE_" + which.upper(),
    "PosixAcl": _acl,
    "UserAcl": _acl,
    "AclValue": lambda value: printable(repr(value)) if type(value) is bytes else _acl(value),
}


def _show(value: Any, kind: str) -> str:
    """A value as a step shows it, by how it is declared."""
    if value is None:
        return "NULL"
    kind = kind.removesuffix(" | None")
    if kind in _IDS:
        return _IDS[kind] + _id(value)
    if kind in _SHOWN:
        return _SHOWN[kind](value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) is tuple:
        return "(" + ", ".join(_show(part, "") for part in value) + ")"
    return printable(str(value))
