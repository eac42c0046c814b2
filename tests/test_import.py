# SPDX-License-Identifier: BSD-3-Clause
"""
Importing is cheap
==================

The package, its command and a replay of JSON load none of the large libraries, nor more of the
project than they need.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    *("anywidget", "ipywidgets", "IPython", "jupyterlab", "matplotlib", "numpy", "pandas"),
    *("pandera", "statsmodels", "yaml"),
)


def loaded(code: str, *arguments: str) -> set[str]:
    """The names of all modules that a fresh interpreter has after some code."""
    code += "\nimport json, sys\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=True, input='{"ops": []}')
    return set(json.loads(run.stderr.splitlines()[-1]))


def heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] in HEAVY}


@pytest.mark.parametrize(
    "code",
    [
        "import kfuncviz",
        "import kfuncviz.cli",
        "import kfuncviz as kv\ndir(kv), kv.__version__, kv.IdMap, kv.KernelError, kv.gallery()",
        "import kfuncviz as kv\nkv.Scenario({'ops': []}).replay()",
        "import kfuncviz as kv\ns = kv.Scenario({'ops': []})\nkv.Scenario(s.token()).to_text()",
        "from kfuncviz.cli import main\nmain(['replay', '-'])",
        "from kfuncviz.cli import main\nmain(['check-map', '--as', 'uid_map', '--text', '0 0 1'])",
        "from kfuncviz.cli import main\nmain(['check-map', '--as', 'subuid', '--text', 'a:1:1'])",
        "from kfuncviz.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass",
    ],
)
def test_nothing_large_is_loaded(code: str) -> None:
    assert heavy(loaded(code)) == set()


def test_the_package_alone_loads_nothing_of_itself() -> None:
    modules = loaded("import kfuncviz")
    assert {name for name in modules if name.startswith("kfuncviz")} == {"kfuncviz"}


def test_the_command_loads_neither_pictures_nor_evidence() -> None:
    modules = loaded("from kfuncviz.cli import main\nmain(['replay', '-'])")
    layers = {name.split(".")[1] for name in modules if name.startswith("kfuncviz.")}
    assert layers <= {
        "cli", "dialects", "model", "nearest", "printable", "resources", "scenario",
    }  # fmt: skip
    assert not modules & {"kfuncviz.scenario.reading.yaml_text", "kfuncviz.scenario.ownership.ask"}


def test_large_libraries_would_be_noticed() -> None:
    assert heavy(loaded("import kfuncviz as kv\nkv.Scenario('home-on-a-stick')")) >= {"yaml"}
