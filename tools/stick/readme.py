# SPDX-License-Identifier: BSD-3-Clause
"""
What whoever finds the stick reads
==================================

One screen of plain text: what lies there, the line that installs from it, and how to start.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kfuncviz import __version__
from tools.stick.targets import Target
from tools.stick.wheels import WHAT

INSTALL = "-m pip install --no-index --find-links wheels"
UNIX = f"""
  From the folder of this file, on Linux (on macOS the same, untried):

    python3 -m venv ~/kfuncviz-room
    ~/kfuncviz-room/bin/python {INSTALL} '{WHAT}'
    ~/kfuncviz-room/bin/kfuncviz course ~/kfuncviz-course
    ~/kfuncviz-room/bin/jupyter lab ~/kfuncviz-course
"""
WINDOWS = f"""
  From the folder of this file, in a command prompt of Windows (untried):

    py -m venv "%USERPROFILE%\\room"
    "%USERPROFILE%\\room\\Scripts\\python" {INSTALL} {WHAT}
    "%USERPROFILE%\\room\\Scripts\\kfuncviz" course "%USERPROFILE%\\course"
    "%USERPROFILE%\\room\\Scripts\\jupyter" lab "%USERPROFILE%\\course"
"""
#: How a seat installs from the stick and starts, by a word of its platform.
STARTS = {"linux": UNIX, "macos": UNIX, "windows": WINDOWS}
ABSENT = "is not on this stick: it could not be made"


def readme(targets: Sequence[Target], lacks: Collection[str] = ()) -> str:
    """The text for some targets; ``lacks`` names what should be there and is not."""

    def there(name: str, what: str) -> str:
        return ABSENT if name in lacks else what

    starts = [start for kind, start in STARTS.items() if any(kind in t.platform for t in targets)]
    return f"""\
kfuncviz {__version__}: who owns this file?     Nothing here asks a network.

NOTHING TO INSTALL
  kfuncviz.html  {there("kfuncviz.html", "open it in Firefox or Chromium; others are untried")}
  slides/        {there("slides", "the chapters as slides; arrow keys turn them")}
  crib.svg       rows, directions, errnos: one side of A4, to print

THE COURSE IN JUPYTERLAB
  It needs {_listed(targets)}.
{"".join(dict.fromkeys(starts))}
  JupyterLab asks once whether it may fetch news: say No.
  notebooks/ holds the same chapters, for whoever has the rest already.
"""


def _listed(targets: Sequence[Target]) -> str:
    """The targets in few words.

    >>> _listed([Target("3.12", "linux-x86_64"), Target("3.13", "linux-x86_64")])
    'Python 3.12 or 3.13, on linux-x86_64'
    """
    pythons = dict.fromkeys(target.python for target in targets)
    platforms = dict.fromkeys(target.platform for target in targets)
    return f"Python {' or '.join(pythons)}, on {' or '.join(platforms)}"
