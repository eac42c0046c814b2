# SPDX-License-Identifier: BSD-3-Clause
"""
JupyterLite with the library preinstalled
=========================================

Everything its kernel loads lies beside it, under the names and hashes of one lock file, so that
nothing is looked for elsewhere.
"""

from __future__ import annotations

import base64
import email
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.page.inputs import ROOT

#: What of Pyodide is served as it is; its lock file is written anew.
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
_LOCK = "pyodide-lock.json"
#: Where the kernel's own wheels lie in the environment that builds.
_KERNEL = "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
#: What the kernel is before any notebook asks.
_FIRST = ("comm", "ipykernel", "ipython", "pyodide-kernel")
#: A wheel says by these what it needs where it runs.
_INSIDE = {
    "sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix",
    "python_version": "3.14", "python_full_version": "3.14.2", "platform_machine": "wasm32",
    "implementation_name": "cpython", "platform_python_implementation": "CPython",
}  # fmt: skip
#: What goes with the library besides what it cannot do without.
_EXTRA = {"kfuncviz": "lab"}
_WHEN = (2026, 1, 1, 0, 0, 0)
_TOLD = 2000


def build(pyodide: Path, environment: Path, wheels: Path, contents: Path, out: Path) -> None:
    """Write JupyterLite to a folder, with the notebooks and files of another in it.

    ``pyodide``, ``environment`` and ``wheels`` are the folders that the inputs were brought to.
    """
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        served = work / "static/pyodide"
        served.mkdir(parents=True)
        for name in PYODIDE:
            shutil.copy(pyodide / name, served)
        kernel = (w for w in (environment / _KERNEL).glob("*.whl") if "widgets" not in w.name)
        for wheel in (*wheels.glob("*.whl"), *kernel):
            shutil.copy(wheel, served)
        own_wheel(served)
        yaml_wheel(served)
        lock = json.loads((pyodide / _LOCK).read_text("utf-8"))
        lock["packages"] = packages(served.glob("*.whl"))
        (served / _LOCK).write_text(json.dumps(lock), "utf-8")
        (work / "jupyter-lite.json").write_text(json.dumps(settings()), "utf-8")
        _built(environment, work, contents, out)


def settings() -> dict[str, Any]:
    """What JupyterLite is told: where its Python lies, and to ask nobody for more."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": f"./static/pyodide/{_LOCK}", "packages": [*_FIRST]},
    }
    told = {
        "appName": "kfuncviz",
        "exposeAppInBrowser": True,  # the page around it asks whether the kernel is up
        "disabledExtensions": ["@jupyterlab/apputils-extension:announcements"],
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": told}


def packages(wheels: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """What Pyodide's lock file says of wheels that lie beside it.

    What one needs and none of them is, it does not need in a browser.
    """
    found = {}
    for wheel in sorted(wheels):
        with zipfile.ZipFile(wheel) as inside:
            names = inside.namelist()
            metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
            told = email.message_from_bytes(inside.read(metadata))
        modules = {
            name.split("/")[0].removesuffix(".py")
            for name in names
            if name.endswith(".py") and ".dist-info" not in name and ".data" not in name
        }
        name = canonicalize_name(told["Name"])
        found[str(name)] = {
            "name": name, "version": told["Version"], "file_name": wheel.name,
            "install_dir": "site", "package_type": "package", "unvendored_tests": False,
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "imports": sorted(modules),
            "depends": _needed(told.get_all("Requires-Dist") or [], _EXTRA.get(name, "")),
        }  # fmt: skip
    for package in found.values():
        package["depends"] = [name for name in package["depends"] if name in found]
    return found


def own_wheel(folder: Path) -> None:
    """Build the library's wheel into a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    _run(command, ROOT)


def yaml_wheel(folder: Path) -> None:
    """Write PyYAML as a wheel of pure Python: it is published for platforms only."""
    name = f"pyyaml-{version('PyYAML')}"
    files = {f"yaml/{p.name}": p.read_bytes() for p in Path(yaml.__file__).parent.glob("*.py")}
    told = f"Metadata-Version: 2.1\nName: PyYAML\nVersion: {version('PyYAML')}\n"
    files[f"{name}.dist-info/METADATA"] = told.encode()
    files[f"{name}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: kfuncviz\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = "".join(f"{n},{_digest(data)},{len(data)}\n" for n, data in sorted(files.items()))
    files[f"{name}.dist-info/RECORD"] = f"{record}{name}.dist-info/RECORD,,\n".encode()
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as out:
        for file, data in sorted(files.items()):
            out.writestr(zipfile.ZipInfo(file, _WHEN), data, zipfile.ZIP_DEFLATED)


def _needed(lines: Iterable[str], extra: str) -> list[str]:
    asked = [Requirement(line) for line in lines]
    return [
        canonicalize_name(one.name)
        for one in asked
        if one.marker is None or one.marker.evaluate(_INSIDE | {"extra": extra})
    ]


def _digest(data: bytes) -> str:
    packed = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"sha256={packed}"


def _built(environment: Path, work: Path, contents: Path, out: Path) -> None:
    command = [
        environment / "bin/python", "-m", "jupyterlite_core", "build", "--lite-dir", work,
        "--contents", contents, "--output-dir", out.resolve(), "--no-sourcemaps",
        "--apps", "lab", "--apps", "notebooks", "--no-unused-shared-packages",
    ]  # fmt: skip
    _run(command, work)


def _run(command: list[Any], where: Path) -> None:
    run = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{command[1:4]} failed:\n{(run.stdout + run.stderr)[-_TOLD:]}")
