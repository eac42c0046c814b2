# SPDX-License-Identifier: BSD-3-Clause
"""
Rows as pandas frames
=====================

What a notebook works with. A frame is always a fresh copy: altering what you got alters nothing
else. A figure is only as good as the line under it, so a table of an answer carries in `.attrs`
its title, its n, its period, its definition of change and its source, and whoever draws it prints
exactly these. pandas is imported when the first frame is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kfuncviz.evidence.data.load import resource, rows
from kfuncviz.extras import needed_by

if TYPE_CHECKING:
    import pandas as pd

NOTES = ("title", "n", "period", "definition", "source")
_DTYPES = {"integer": "Int64", "number": "float64"}


def frame(found: Iterable[Any], columns: list[str] | None = None) -> pd.DataFrame:
    """Rows (mappings or tuples) as a frame; `columns` names them where tuples do not.

    Raises MissingLibrary, an ImportError, where pandas is not installed.

    >>> frame([{"release": "6.5", "n": 2}])["n"].tolist()
    [2]
    """
    with needed_by("A table of the evidence"):
        import pandas as pd

    plain = [dict(row) if isinstance(row, Mapping) else row for row in found]
    return pd.DataFrame(plain, columns=columns)


def noted(
    table: pd.DataFrame, *, title: str, n: str, period: str, definition: str, source: str
) -> pd.DataFrame:
    """`table` with its notes in `.attrs`.

    >>> noted(frame([]), title="t", n="2", period="p", definition="d", source="s").attrs["n"]
    '2'
    """
    table.attrs.update(title=title, n=n, period=period, definition=definition, source=source)
    return table


def table(name: str) -> pd.DataFrame:
    """One recorded table. Empty text stays `""`; a missing number is NA.

    >>> table("counts").loc[0, "release"], int(table("counts").loc[0, "kfuncs"])
    ('5.13', 25)
    """
    fields = resource(name)["schema"]["fields"]
    made = frame(rows(name), [field["name"] for field in fields])
    return made.astype({f["name"]: _DTYPES[f["type"]] for f in fields if f["type"] in _DTYPES})


def kfuncs(*, tests: bool = False) -> pd.DataFrame:
    """One row a kfunc and release: prototypes, flags, program types, file, source.

    Test kfuncs are left out unless `tests` is true.

    >>> len(kfuncs()), len(kfuncs(tests=True))
    (4713, 4932)
    """
    every = table("kfuncs")
    return every if tests else every[every["category"] == "kfunc"].reset_index(drop=True)


def events() -> pd.DataFrame:
    """The recorded events of kfuncs, with commits and announcements the rows cannot show.

    >>> (events()["event"] == "deprecated").sum().item()
    12
    """
    return table("events")
