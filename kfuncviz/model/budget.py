# SPDX-License-Identifier: BSD-3-Clause
"""
What a replay may cost
======================

A real kernel is slow, killable and charges memory to whoever asks.  The model is asked by files
that anybody may have written: one walk may follow 40 symlinks of 4095 bytes each, and ten thousand
calls may do so.  A :class:`Budget` counts, in units that are the same on every machine, the work
done and what is kept of it; :class:`OverBudget` ends a replay that asks for too much.
"""

from __future__ import annotations

from contextvars import ContextVar

#: Components of paths and entries of ACLs gone through, values kept, and steps of traces kept, in
#: all of one replay.  Ten thousand ordinary operations take half of each at most.
WORK_MAX, VALUES_MAX, STEPS_MAX = 1_000_000, 1_000_000, 700_000


class OverBudget(Exception):
    """More work, a longer trace or a larger answer than one replay may ask for."""


class Budget:
    """What is left of a replay's allowance.

    Attributes
    ----------
    work:
        Components of paths and entries of ACLs that may still be gone through.
    values:
        Numbers, texts of 64 characters as JSON writes them, and entries of lists and inherited ACLs
        that may be kept.
    steps:
        Steps of traces that may be kept.

    >>> with charged(Budget()):
    ...     spend(work=WORK_MAX + 1)
    Traceback (most recent call last):
        ...
    kfuncviz.model.budget.OverBudget: more than 1000000 components of paths and entries of ACLs ...
    """

    __slots__ = ("steps", "values", "work")

    def __init__(self) -> None:
        self.work = WORK_MAX
        self.values = VALUES_MAX
        self.steps = STEPS_MAX


_charged: ContextVar[Budget | None] = ContextVar("kfuncviz_budget", default=None)


class charged:  # noqa: N801  (it is used as a word: with charged(budget))
    """Charge what is done in a block to a budget."""

    __slots__ = ("_budget", "_token")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def __enter__(self) -> None:
        self._token = _charged.set(self._budget)

    def __exit__(self, *_: object) -> None:
        _charged.reset(self._token)


def budget_of_block() -> Budget:
    """The budget of the block around, or a new one."""
    return _charged.get() or Budget()


def spend(work: int = 0, values: int = 0) -> None:
    """Charge a loop whose length whoever asks has chosen; nothing without a budget.

    Raises :class:`OverBudget` where that is more than is left.
    """
    budget = _charged.get()
    if budget is None:
        return
    budget.work -= work
    budget.values -= values
    if budget.work >= 0 and budget.values >= 0:
        return
    if budget.work < 0:
        raise OverBudget(
            f"more than {WORK_MAX} components of paths and entries of ACLs to go through"
        )
    raise OverBudget(f"more than {VALUES_MAX} values in answers and inherited ACLs")
