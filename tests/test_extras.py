# SPDX-License-Identifier: BSD-3-Clause
"""What is said of a missing library; tests/test_wheel.py meets it for real."""

from __future__ import annotations

import pickle
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from kfuncviz.extras import EXTRAS, MissingLibrary, needed_by


def missing(name: str | None) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.mark.parametrize(("extra", "library"), [(e, lib) for e in EXTRAS for lib in EXTRAS[e]])
@pytest.mark.parametrize("part", ["", ".part"])
def test_every_library_is_named_with_its_extra(extra: str, library: str, part: str) -> None:
    with pytest.raises(MissingLibrary) as caught, needed_by("This"):
        raise missing(library + part)
    assert str(caught.value) == f"This needs {library}: pip install 'kfuncviz[{extra}]'"
    assert caught.value.name == library
    assert caught.value.__suppress_context__


def test_the_outermost_names_what_was_asked_for() -> None:
    with pytest.raises(MissingLibrary) as caught, needed_by("Outer"), needed_by("Inner"):
        raise missing("pandas")
    assert str(caught.value).startswith("Outer needs pandas: ")


@pytest.mark.parametrize("error", [
    missing("no_such_library"), missing("pandasx"), missing(None),
    ImportError("broken", name="pandas"), ValueError("else"),
])  # fmt: skip
def test_other_errors_pass_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, needed_by("This"):
        raise error
    assert caught.value is error


def test_nothing_missing_is_nothing_said() -> None:
    with needed_by("This"):
        import_module("json")


def test_it_survives_pickle() -> None:
    with pytest.raises(MissingLibrary) as caught, needed_by("This"):
        raise missing("pandas")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - its own bytes
    assert (type(again), str(again)) == (MissingLibrary, str(caught.value))


def test_the_widgets_say_at_once_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "kfuncviz.widgets", raising=False)
    with pytest.raises(MissingLibrary, match=r"^kfuncviz\.widgets needs anywidget: pip install"):
        import_module("kfuncviz.widgets")


def test_the_extras_are_those_of_the_package(root: Path) -> None:
    """traitlets is no dependency of its own: it comes with anywidget and ipywidgets."""
    asked = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    named = {
        extra: {line.partition(">=")[0] for line in asked["optional-dependencies"][extra]}
        for extra in EXTRAS
    }
    named["lab"].add("traitlets")
    assert {extra: {*libraries} for extra, libraries in EXTRAS.items()} == named
    assert [*EXTRAS] == ["lab", "evidence"]
