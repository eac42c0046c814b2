# SPDX-License-Identifier: BSD-3-Clause
"""
Which extra brings a missing library
====================================

The core of kfuncviz needs PyYAML alone.  What the explorers of Jupyter and the tables and figures
of the evidence need besides comes with an extra; whoever meets such a library's absence is told in
one line what to install.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

#: The libraries of each extra of pyproject.toml, by the names they are imported with.
EXTRAS = {
    "lab": ("anywidget", "ipywidgets", "jupyterlab", "traitlets"),
    "evidence": ("matplotlib", "numpy", "pandas", "pandera"),
}


class MissingLibrary(ModuleNotFoundError):
    """A library of an extra is not installed; the message says which extra brings it."""


@contextmanager
def needed_by(what: str) -> Iterator[None]:
    """Turn the failing import of an extra's library into one line about ``what``.

    Of several, one inside the other, the outermost names what was asked for.  Other errors, and
    libraries that no extra brings, pass as they are.

    Raises
    ------
    MissingLibrary
        With the library's name and the extra that brings it.

    >>> with needed_by("The figure"):
    ...     raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")
    Traceback (most recent call last):
        ...
    kfuncviz.extras.MissingLibrary: The figure needs matplotlib: pip install 'kfuncviz[evidence]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        for extra, libraries in EXTRAS.items():
            if library in libraries:
                text = f"{what} needs {library}: pip install 'kfuncviz[{extra}]'"
                raise MissingLibrary(text, name=library) from None
        raise
