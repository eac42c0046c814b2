# SPDX-License-Identifier: BSD-3-Clause
"""
Importing is cheap
==================

The package, its command and a replay of JSON load none of the large libraries, nor more of the
project than they need; and the core is whole without them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from kfuncviz.extras import EXTRAS

HEAVY = {"IPython", "yaml"}.union(*EXTRAS.values())
#: What may need an extra to be imported; frames and figures of the evidence ask when they are made.
WITH_AN_EXTRA = ("kfuncviz.widgets",)
CORE = """
import json, pkgutil, sys
from importlib import import_module

heavy, with_an_extra = map(tuple, json.loads(sys.argv[1]))


class Absent:
    @staticmethod
    def find_spec(name, *_):
        if name.partition(".")[0] in heavy:
            raise ModuleNotFoundError(f"{name} is absent", name=name)


def below(package):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if not module.name.startswith(with_an_extra) and not module.name.endswith("__main__"):
            loaded = import_module(module.name)
            yield module.name
            if module.ispkg:
                yield from below(loaded)


sys.meta_path.insert(0, Absent)
print(json.dumps([*below(import_module("kfuncviz"))]))
"""


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
        "cli", "dialects", "extras", "model", "nearest", "printable", "resources", "scenario",
    }  # fmt: skip
    assert not modules & {"kfuncviz.scenario.reading.yaml_text", "kfuncviz.scenario.ownership.ask"}


def test_large_libraries_would_be_noticed() -> None:
    assert heavy(loaded("import kfuncviz as kv\nkv.Scenario('home-on-a-stick')")) >= {"yaml"}


def test_the_core_is_whole_without_any_extra(root: Path) -> None:
    argument = json.dumps([sorted(HEAVY - {"yaml"}), WITH_AN_EXTRA])
    command = [sys.executable, "-c", CORE, argument]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    package = root / "kfuncviz"
    written = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for path in package.rglob("*.py")
        if path.name != "__main__.py"
    }
    core = {name for name in written if not name.startswith(WITH_AN_EXTRA)} - {"kfuncviz"}
    assert len(core) > 100
    assert set(json.loads(run.stdout)) == core


def cpu(code: str) -> float:
    """Seconds of CPU that a fresh interpreter takes for some code, the least of five."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    return min(once() for _ in range(5))


def test_the_package_adds_at_most_fifty_milliseconds() -> None:
    assert cpu("import kfuncviz") - cpu("pass") < 0.05
