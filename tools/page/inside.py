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
import marshal
import pkgutil
import shutil
import sys
import traceback
import zipfile
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path
from types import CodeType

WORK, KIT = Path("/folder"), Path("/kit")
STDLIB = Path(f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip")
#: Pyodide's own Python: some of it is called by its program alone.
WHOLE = ("pyodide/", "_pyodide/")
#: The flags of a compiled module that is not compared with its source.
HASHED_NOT_CHECKED = (1).to_bytes(4, "little")
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


def compiled(source: bytes, name: str) -> bytes:
    """A module as Python loads it, without docstrings and without the lines of its source."""
    code = unlined(compile(source, f"/{name}", "exec", dont_inherit=True, optimize=2))
    return MAGIC_NUMBER + HASHED_NOT_CHECKED + source_hash(source) + marshal.dumps(code)


def unlined(code: CodeType) -> CodeType:
    """Code that does not know its lines: no source is there that they could be looked up in."""
    inner = [unlined(each) if isinstance(each, CodeType) else each for each in code.co_consts]
    return code.replace(co_linetable=b"", co_consts=tuple(inner))


def packed(files: dict[str, bytes], to: Path) -> None:
    """A zip of files as they are: what is around it compresses once for all."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as out:
        for name, data in sorted(
            files.items(), key=lambda file: (file[0].rpartition(".")[2], file)
        ):
            python = name.endswith(".py")
            told = zipfile.ZipInfo(f"{name}c" if python else name, (2026, 1, 1, 0, 0, 0))
            out.writestr(told, compiled(data, name) if python else data)
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
