# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz: who owns this file?
=============================

An exact model of user namespaces, filesystem idmappings and idmapped mounts, with explorers for
notebooks.  Importing this package is cheap: names are loaded when they are first used.  It needs
PyYAML alone; what needs an extra says which (see :mod:`kfuncviz.extras`).

>>> import kfuncviz as kv
>>> kv.IdMap("0 100000 65536").down(1000)
101000
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kfuncviz.api import Answer, Scenario, errnos, who_owns
    from kfuncviz.diagnosis import doctor
    from kfuncviz.model.errors import IdMapError, KernelError, errno
    from kfuncviz.model.idmap import IdMap
    from kfuncviz.model.write_map import write_map
    from kfuncviz.scenario.load import gallery
    from kfuncviz.scenario.problems import ScenarioError
    from kfuncviz.widgets.bench import BenchExplorer
    from kfuncviz.widgets.doctor import DoctorExplorer
    from kfuncviz.widgets.drill import Drill
    from kfuncviz.widgets.explore import explore
    from kfuncviz.widgets.exposure import ExposureExplorer
    from kfuncviz.widgets.lifetimes import LifetimesExplorer
    from kfuncviz.widgets.operation import OperationExplorer
    from kfuncviz.widgets.ownership import OwnershipExplorer
    from kfuncviz.widgets.page import figure
    from kfuncviz.widgets.question import Exercise, Question
    from kfuncviz.widgets.tables import table
    from kfuncviz.widgets.thread import ThreadExplorer

_HOMES = {
    "Answer": "kfuncviz.api",
    "BenchExplorer": "kfuncviz.widgets.bench",
    "DoctorExplorer": "kfuncviz.widgets.doctor",
    "Drill": "kfuncviz.widgets.drill",
    "Exercise": "kfuncviz.widgets.question",
    "ExposureExplorer": "kfuncviz.widgets.exposure",
    "IdMap": "kfuncviz.model.idmap",
    "IdMapError": "kfuncviz.model.errors",
    "KernelError": "kfuncviz.model.errors",
    "LifetimesExplorer": "kfuncviz.widgets.lifetimes",
    "OperationExplorer": "kfuncviz.widgets.operation",
    "OwnershipExplorer": "kfuncviz.widgets.ownership",
    "Question": "kfuncviz.widgets.question",
    "Scenario": "kfuncviz.api",
    "ScenarioError": "kfuncviz.scenario.problems",
    "ThreadExplorer": "kfuncviz.widgets.thread",
    "doctor": "kfuncviz.diagnosis",
    "errno": "kfuncviz.model.errors",
    "errnos": "kfuncviz.api",
    "explore": "kfuncviz.widgets.explore",
    "figure": "kfuncviz.widgets.page",
    "gallery": "kfuncviz.scenario.load",
    "table": "kfuncviz.widgets.tables",
    "who_owns": "kfuncviz.api",
    "write_map": "kfuncviz.model.write_map",
}
_MODULES = (
    *("diagnosis", "dialects", "evidence", "explorers", "front", "kfuncs", "learn", "model"),
    *("render", "scenario", "widgets"),
)

__all__ = (
    "Answer",
    "BenchExplorer",
    "DoctorExplorer",
    "Drill",
    "Exercise",
    "ExposureExplorer",
    "IdMap",
    "IdMapError",
    "KernelError",
    "LifetimesExplorer",
    "OperationExplorer",
    "OwnershipExplorer",
    "Question",
    "Scenario",
    "ScenarioError",
    "ThreadExplorer",
    "doctor",
    "errno",
    "errnos",
    "explore",
    "figure",
    "gallery",
    "table",
    "who_owns",
    "write_map",
)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("kfuncviz")
    if name in _HOMES:
        return getattr(_load(_HOMES[name], name), name)
    if name in _MODULES:
        return _load(f"kfuncviz.{name}", f"kfuncviz.{name}")
    raise AttributeError(f"module 'kfuncviz' has no attribute {name!r}")


def _load(module: str, asked: str) -> ModuleType:
    from kfuncviz.extras import needed_by

    with needed_by(asked):
        return import_module(module)


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES, "__version__"])
