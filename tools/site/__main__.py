# SPDX-License-Identifier: BSD-3-Clause
"""
Write the site: ``make site``
=============================

Prints where it is, how large, and how it is looked at.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from tools import reference
from tools.page.inputs import Missing, pyodide
from tools.page.prepare import python
from tools.site import course, inputs, lite
from tools.site.write import pages


def main() -> None:
    """Write the site anew; the exit status is 1 where something it is made of cannot be had."""
    parser = argparse.ArgumentParser(description="the kit as a folder for any web server")
    parser.add_argument("out", type=Path, nargs="?", default=Path("dist/site"))
    parser.add_argument("--profile", choices=["offline"], default="offline")
    out: Path = parser.parse_args().out
    try:
        package, environment, wheels = pyodide(), inputs.lite(), inputs.wheels()
    except Missing as error:
        raise SystemExit(f"kfuncviz: {error}") from None
    shutil.rmtree(out, ignore_errors=True)
    read = course.recorded_course()
    pages(out, python(package), read)
    reference.write(out / "reference")
    with tempfile.TemporaryDirectory() as contents:
        course.notebooks(read, Path(contents))
        lite.build(package, environment, wheels, Path(contents), out / "lite")

    files = [path for path in out.rglob("*") if path.is_file()]
    print(f"{out}: {len(files)} files, {sum(f.stat().st_size for f in files) / 1e6:.1f} MB")
    print(f"to look at it: python3 -m http.server --bind 127.0.0.1 -d {out}")


if __name__ == "__main__":
    main()
