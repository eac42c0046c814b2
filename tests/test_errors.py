# SPDX-License-Identifier: BSD-3-Clause
"""
Every exception of the project travels
======================================

Dask and multiprocessing send errors from one process to another: each class of ours comes out of
pickle and copy as it went in, with its attributes and its message.
"""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import kfuncviz
from kfuncviz.model.errors import KernelError
from kfuncviz.scenario.problems import Problem

#: Arguments for the classes that take other ones than a message.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "KernelError": ("EPERM", "not yours"),
    "IdMapError": ("EINVAL", "a count of 0", 2),
    "ScenarioError": ([Problem("ops[0]", "is missing"), Problem("x", "y", "EPERM")],),
    "Unreadable": ("file", "is a directory"),
}


def classes() -> Iterator[type[BaseException]]:
    seen = set()
    for module in pkgutil.walk_packages(kfuncviz.__path__, "kfuncviz."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, BaseException)
                and (value.__module__.startswith("kfuncviz") and value not in seen)
            ):
                seen.add(value)
                yield value


FOUND = sorted(classes(), key=lambda found: found.__qualname__)


def test_the_classes_are_found() -> None:
    assert {"KernelError", "ScenarioError", "OverBudget"} <= {found.__name__ for found in FOUND}
    assert ARGUMENTS.keys() <= {found.__name__ for found in FOUND}


@pytest.mark.parametrize("found", FOUND, ids=lambda found: f"{found.__module__}.{found.__name__}")
def test_an_error_comes_out_as_it_went_in(found: type[BaseException]) -> None:
    error = found(*ARGUMENTS.get(found.__name__, ("what is wrong",)))
    ways = (lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy)  # noqa: S301
    for again in ways:
        other = again(error)
        assert type(other) is found
        assert str(other) == str(error)
        assert str(other)
        assert repr(vars(other)) == repr(vars(error))
        assert other.args == error.args or isinstance(error, KernelError)


@pytest.mark.parametrize(
    "ask",
    [
        lambda long: KernelError("EINVAL", long),
        lambda long: kfuncviz.IdMap([long]),
        lambda long: kfuncviz.Scenario("keep-id").open("f", via=long),
        lambda long: kfuncviz.Scenario("keep-id").who_owns("f", kind=long),
        lambda long: kfuncviz.Scenario("keep-id").who_owns(id=long),
        lambda long: kfuncviz.Scenario("keep-id").to_svg(theme=long),
    ],
)
def test_what_an_error_quotes_is_cut(ask: Callable[[str], Exception]) -> None:
    with pytest.raises((OSError, ValueError)) as raised:
        raise ask("x" * 5000)
    assert len(str(raised.value)) < 420
    assert "xxx..." in str(raised.value)
