# SPDX-License-Identifier: BSD-3-Clause
"""
Trace: which helper was called with what, and what it answered
==============================================================

``@traced("8.1")`` marks a model function that stands for a kernel function.  Inside
:func:`recording` every such call becomes a :class:`Step`, in kernel order; outside it costs one
look at a counter.  Recording never changes an answer: it only watches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import INVALID

P = ParamSpec("P")
R = TypeVar("R")

_PREFIX = {
    "uid_t": "u", "gid_t": "u", "kuid_t": "k", "kgid_t": "k", "vfsuid_t": "v", "vfsgid_t": "v",
}  # fmt: skip
_MAY = {1: "MAY_EXEC", 2: "MAY_WRITE", 4: "MAY_READ"}


class Step:
    """One call: ``function(args) = result``, how deep it was nested, and where to read about it.

    ``section`` is the section of ``data/semantics.md``, ``file`` the kernel's source file.
    ``error`` is set when the call refused, and ``decides`` on the step whose own check did, unless
    its caller went on all the same (a capability may override what mode bits refuse).
    """

    __slots__ = (
        "args", "decides", "depth", "error", "file", "function", "result", "section", "types",
    )  # fmt: skip

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
        self.result: Any = None
        self.error: KernelError | None = None
        self.decides = False

    @property
    def call(self) -> str:
        """The call as the kernel's document writes ids: ``make_vfsuid(idmap, ns, k1000)``."""
        shown = (
            _show(value, name, self.types.get(name, ""))
            for name, value in self.args.items()
            if name not in ("current", "overflow")
        )
        return f"{self.function}({', '.join(shown)})"

    @property
    def answer(self) -> str:
        """What the call returned, or the errno and, where it was decided, the rule."""
        if self.error is None:
            return _show(self.result, "return", self.types.get("return", ""))
        return f"-{self.error}" if self.decides else f"-{self.error.name}"

    @property
    def line(self) -> str:
        """The whole step in one line, indented by its depth."""
        answer = self.answer
        return "  " * self.depth + self.call + (f" = {answer}" if answer else "")

    @property
    def url(self) -> str:
        """Where the kernel function can be read."""
        return f"https://elixir.bootlin.com/linux/v6.18/C/ident/{self.function}"

    def __repr__(self) -> str:
        return f"<{self.line.strip()}>"


_recording: ContextVar[list[Step] | None] = ContextVar("kfuncviz_trace", default=None)
_depth: ContextVar[int] = ContextVar("kfuncviz_depth", default=0)
#: How many recordings are open in any thread; the context variable says whether one is ours.
_open_recordings = 0


@contextmanager
def recording() -> Iterator[list[Step]]:
    """Record every traced call made in this block.

    >>> from kfuncviz.model.mnt_idmapping import make_vfsuid, nop_mnt_idmap
    >>> from kfuncviz.model.user_namespace import init_user_ns
    >>> with recording() as steps:
    ...     _ = make_vfsuid(nop_mnt_idmap, init_user_ns, 1000)
    >>> steps[0].line
    'make_vfsuid(nop_mnt_idmap, init_user_ns, k1000) = v1000'
    """
    global _open_recordings  # noqa: PLW0603  (a look at it must cost next to nothing)
    steps: list[Step] = []
    token, depth = _recording.set(steps), _depth.set(0)
    _open_recordings += 1
    try:
        yield steps
    finally:
        _open_recordings -= 1
        _depth.reset(depth)
        _recording.reset(token)


def traced(section: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function as a kernel function described in section ``section`` of the semantics.

    The kernel file it lives in is the ``SOURCE`` of the module that defines it.
    """

    def decorate(fn: Callable[P, R]) -> Callable[P, R]:
        names = fn.__code__.co_varnames[: fn.__code__.co_argcount]
        types: dict[str, str] = fn.__annotations__
        file: str = fn.__globals__["SOURCE"]
        name = fn.__name__

        @wraps(fn)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if not _open_recordings:
                return fn(*args, **kwargs)
            steps = _recording.get()
            if steps is None:
                return fn(*args, **kwargs)
            depth = _depth.get()
            step = Step(
                name, dict(zip(names, args, strict=False), **kwargs), types, depth, section, file
            )
            below = len(steps) + 1
            steps.append(step)
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

        return call

    return decorate


def deciding(steps: list[Step]) -> Step | None:
    """The step whose own check refused the last refused call, or ``None``."""
    return next((step for step in reversed(steps) if step.decides), None)


def _show(value: Any, name: str, kind: str) -> str:
    if value == INVALID and type(value) is int:
        return _PREFIX.get(kind, "") + "-1"
    if kind in _PREFIX:
        return _PREFIX[kind] + str(value)
    if value is None:
        return "" if name == "return" else "NULL"
    if type(value) is tuple:
        return "(" + ", ".join(_show(part, name, kind) or "NULL" for part in value) + ")"
    if isinstance(value, bool):
        return "true" if value else "false"
    if name == "cap":
        from kfuncviz.model.capability import CAP_NAMES

        return str(CAP_NAMES[value])
    if name in ("mask", "want") and isinstance(value, int):
        return "|".join(word for bit, word in _MAY.items() if value & bit) or "0"
    if name == "mode" or kind == "umode_t":
        return f"0{value:o}"
    if name == "which":
        return "ACL_TYPE_" + str(value).upper()
    return str(value)
