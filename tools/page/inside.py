# SPDX-License-Identifier: BSD-3-Clause
"""
Run inside Pyodide: which files of the standard library the kit uses; both, compiled
====================================================================================

Reads ``kit.zip`` in ``/work``, writes ``stdlib.pyc.zip``, ``kit.pyc.zip`` and what was left out.
A module is kept that was loaded while everything of the kit was imported, and every explorer was
opened, used and fed with nonsense.  What of the kit needs more than the page has is left out too.
"""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
import py_compile
import shutil
import sys
import traceback
import zipfile
from contextlib import suppress
from pathlib import Path

WORK, KIT = Path("/work"), Path("/kit")
STDLIB = Path(f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip")
#: Pyodide's own Python: some of it is called by its program alone.
WHOLE = ("pyodide/", "_pyodide/")
NONSENSE = {"type": "set", "target": "nothing", "value": "x"}


def everything_imported() -> list[str]:
    """Import every module of the kit; those that need what the page has not."""
    missing = []
    import kfuncviz

    for module in pkgutil.walk_packages(kfuncviz.__path__, "kfuncviz.", onerror=lambda _: None):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in sys.stdlib_module_names | {"kfuncviz"}:
                raise
            missing.append(module.name)
    return missing


def used() -> None:
    """What a person does with every explorer: each case, each switch, an id, a page to keep."""
    from kfuncviz.explorers.engine import exports, registry, tokens
    from kfuncviz.explorers.engine.ask import ask
    from kfuncviz.scenario.load import gallery

    for name in registry.EXPLORERS:
        module = registry.explorer(name)
        for case in gallery() if "scenario" in module.to_json(module.State()) else [None]:
            state = module.first(case)
            token = tokens.encode(name, state)
            json.dumps(ask(token, []))
        json.dumps(ask(token, [*module.travels(state), NONSENSE]))
        with suppress(ValueError):
            exports.made(module.scenario(state))
    ask("kfv2.AAAA", [])
    try:
        tokens.decode("kfv2.!")
    except ValueError:
        traceback.format_exc()


def compiled(data: bytes, name: str, place: Path) -> bytes:
    """A file of Python without its docstrings, as Python loads it."""
    place.write_bytes(data)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(
        str(place), f"{place}c", f"/{name}", doraise=True, optimize=2, invalidation_mode=mode
    )
    return Path(f"{place}c").read_bytes()


def packed(files: dict[str, bytes], to: Path) -> None:
    """A zip of files as they are: what is around it compresses once for all."""
    made, place = io.BytesIO(), WORK / "one.py"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as out:
        for name, data in sorted(
            files.items(), key=lambda item: (item[0].rpartition(".")[2], item)
        ):
            python = name.endswith(".py")
            told = zipfile.ZipInfo(f"{name}c" if python else name, (2026, 1, 1, 0, 0, 0))
            out.writestr(told, compiled(data, name, place) if python else data)
    to.write_bytes(made.getvalue())


def main() -> None:
    """Try, then pack."""
    shutil.unpack_archive(WORK / "kit.zip", KIT)
    sys.path.insert(0, str(KIT))
    missing = everything_imported()
    used()
    loaded = {getattr(module, "__file__", None) or "" for module in [*sys.modules.values()]}
    needed = {file.removeprefix(f"{STDLIB}/") for file in loaded if file.startswith(f"{STDLIB}/")}
    with zipfile.ZipFile(STDLIB) as whole:
        names = [name for name in whole.namelist() if not name.endswith("/")]
        kept = [name for name in names if name in needed or name.startswith(WHOLE)]
        packed({name: whole.read(name) for name in kept}, WORK / "stdlib.pyc.zip")
    gone = {f"{name.replace('.', '/')}.py" for name in missing}
    with zipfile.ZipFile(WORK / "kit.zip") as whole:
        packed({n: whole.read(n) for n in whole.namelist() if n not in gone}, WORK / "kit.pyc.zip")
    left_out = [*sorted(set(names) - set(kept)), *sorted(gone)]
    (WORK / "left-out.json").write_text(json.dumps(left_out), "utf-8")


main()
