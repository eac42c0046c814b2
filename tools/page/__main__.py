# SPDX-License-Identifier: BSD-3-Clause
"""
Write the page: ``make page``
=============================

Prints what is in it and how large it is; what was left out is listed beside it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.page.inputs import PYODIDE, Missing, pyodide
from tools.page.prepare import python
from tools.page.sheet import PAGE_MAX, packed, page


def main() -> None:
    """Write the page and the list; the exit status is 1 where it cannot be or is too large."""
    parser = argparse.ArgumentParser(description="the whole kit as one HTML file")
    parser.add_argument("out", type=Path, nargs="?", default=Path("dist/kfuncviz.html"))
    out: Path = parser.parse_args().out
    try:
        inside = python(pyodide())
    except Missing as error:
        raise SystemExit(f"kfuncviz: {error}") from None
    says = (
        f"inside: Pyodide {PYODIDE.version} (MPL-2.0), PyYAML (MIT), "
        "the standard library of Python (PSF-2.0) compiled"
    )
    whole = page(packed(inside.parts), says).encode()
    out.parent.mkdir(exist_ok=True)
    out.write_bytes(whole)
    left_out = out.with_suffix(".left-out.txt")
    left_out.write_text("".join(f"{name}\n" for name in inside.left_out), "utf-8")
    print(f"{out}: {len(whole) / 1e6:.2f} MB; {says}")
    print(f"{left_out}: {len(inside.left_out)} files that nothing of the kit loads")
    if len(whole) > PAGE_MAX:
        raise SystemExit(f"kfuncviz: the page is larger than {PAGE_MAX / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
