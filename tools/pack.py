# SPDX-License-Identifier: BSD-3-Clause
"""
The parts of the discussion pack that are computed
==================================================

The figures of the evidence with their numbers and two claims with their sources, both in
``docs/discussion-pack.md``, and the cases that its table names, as texts for a mail, in
``docs/cases.txt``.  Run after a change of the model, the data or the words; a test compares.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import kfuncviz as kv
from kfuncviz import evidence
from kfuncviz.cli import main
from kfuncviz.kfuncs.thread import argument_map, messages
from kfuncviz.render.thread import claim_text

DOCS = Path(__file__).resolve().parent.parent / "docs"
PACK, CASES = DOCS / "discussion-pack.md", DOCS / "cases.txt"
COLUMNS = 72
#: One claim of each side; the second answers the first.
CLAIMS = ("functions", "moving")
#: After so many releases the share of names still there is told.
AGES = (4, 8, 16)


def write() -> None:
    """Write both files."""
    pack = PACK.read_text("utf-8")
    CASES.write_text(cases(named(pack)), "utf-8")
    for name, part in PARTS.items():
        pack = placed(pack, name, part())
    PACK.write_text(pack, "utf-8")


def placed(pack: str, name: str, part: str) -> str:
    """The pack with a part, as text, between its two marks."""
    start, end = f"[//]: # ({name})\n", f"[//]: # (end of {name})\n"
    before, _, rest = pack.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n```text\n{part}```\n\n{end}{after}"


def named(pack: str) -> list[str]:
    """The cases of the pack's table, in its order, each once."""
    table = pack.partition("## The cases that come up most")[2].partition("\n## ")[0]
    known = set(kv.gallery())
    return [name for name in dict.fromkeys(re.findall(r"`([a-z-]+)`", table)) if name in known]


def cases(names: Sequence[str]) -> str:
    """The texts of some cases of the gallery, and before them a list of what they answer."""
    titles = {name: kv.Scenario(name).document["title"] for name in names}
    listed = [line for name, title in titles.items() for line in _wrapped(f"{name}: {title}")]
    rule = "#" * COLUMNS
    return "Cases that come up most, as kfuncviz show writes them\n\n" + _lines(
        [*listed, *(f"\n\n{rule}\n{name}\n{rule}\n\n{_shown(name)}" for name in names)]
    )


def claims() -> str:
    """The chosen claims, each with its mail, its facts and their sources."""
    the_map, mails = argument_map(), messages()
    return "\n".join(claim_text(the_map, the_map.claims[name], mails).strip("\n") + "\n"
                     for name in CLAIMS)  # fmt: skip


def figures() -> str:
    """Every figure of the evidence: its numbers, and on what they rest."""
    return "\n".join(_lines(_figure(name)) for name in evidence.QUESTIONS)


@cache
def table(name: str) -> Any:
    """The table of a figure, computed once."""
    return evidence.QUESTIONS[name]().table


def _figure(name: str) -> Iterator[str]:
    told = table(name).attrs
    yield from _wrapped(f"{told['title']}  kv.evidence.{name}()")
    for number in NUMBERS[name](table(name)):
        yield from _wrapped(number, "  ")
    for key in ("n", "period", "definition", "source"):
        yield from _wrapped(f"{key}: {told[key]}", "  ")


def _births(table: Any) -> Iterator[str]:
    last = table.iloc[-1]
    yield f"registered in {last['release']}: {last['alive']}"
    for what, word in {"born": "born", "died": "gone", "prototype": "prototype changed"}.items():
        most = table.loc[table[what].idxmax()]
        yield f"{word}: {table[what].sum()} in all, most in {most['release']} ({most[what]})"


def _survival(table: Any) -> Iterator[str]:
    names = {"gone": "name there", "gone_or_changed": "name and prototype as they were"}
    for event, rows in table.set_index("age").groupby("event"):
        for age in AGES:
            row = rows.loc[age]
            yield (
                f"{names[event]} after {age} releases: {_percent(row['survival'])} (95 %: "
                f"{_percent(row['low'])} to {_percent(row['high'])}; by files: "
                f"{_percent(row['file_low'])} to {_percent(row['file_high'])}; "
                f"{row['at_risk']} watched)"
            )


def _families(table: Any) -> Iterator[str]:
    for row in table.query("age == 8").to_dict("records"):
        share = _percent(row["survival"])
        yield f"{row['group']}, name there after 8 releases: {share} ({row['at_risk']} watched)"


def _within(table: Any) -> Iterator[str]:
    for row in table.query("k == 4").to_dict("records"):
        share = f"{row['percent']} %, 95 %: {row['low']} to {row['high']}"
        yield f"within 4 releases, {row['what']}: {row['count']} of {row['n']} ({share})"


def _interfaces(table: Any) -> Iterator[str]:
    for row in table.to_dict("records"):
        yield f"{row['interface']}: {row['gone']} of {row['n']} gone ({row['gone_percent']} %)"


def _groups(table: Any) -> Iterator[str]:
    for what in ("name gone", "prototype", "gone or prototype", "any of these"):
        rows = table.query("what == @what").to_dict("records")
        counted = [f"{row['group']} {row['count']} of {row['n']}" for row in rows]
        yield f"{what}: {', '.join(counted)}"


def _churn(table: Any) -> Iterator[str]:
    by_step = table.groupby("step", sort=False)["signature"].sum()
    changed = by_step[by_step > 0]
    steps = ", ".join(f"{step} {count}" for step, count in changed.items())
    yield f"signatures changed: {by_step.sum()}, by release: {steps}"
    yield f"names added {table['added'].sum()}, removed {table['removed'].sum()}"


def _wrappers(table: Any) -> Iterator[str]:
    for line, rows in table[table["mark"] != "first"].groupby("line", sort=False):
        yield f"{line}: {', '.join(rows['what'] + ' in ' + rows['release'])}"


def _readers(table: Any) -> Iterator[str]:
    for column, who in (("core", "CO-RE reader"), ("fixed", "fixed-offset reader")):
        pairs = [f"{what} in {n}" for what, n in table[column].value_counts().items()]
        yield f"{who}, of {len(table)} pairs of releases: {', '.join(pairs)}"


#: What is told of the table of each figure.
NUMBERS: dict[str, Callable[[Any], Iterator[str]]] = {
    "births_changes_deaths": _births,
    "survival": _survival,
    "survival_by_family": _families,
    "changes_within": _within,
    "interfaces": _interfaces,
    "vfs_against_rest": _groups,
    "idmap_churn": _churn,
    "wrappers_survival": _wrappers,
    "readers_survival": _readers,
}
#: What stands between marks of the pack.
PARTS = {"figures": figures, "claims": claims}


def _shown(case: str) -> str:
    with redirect_stdout(io.StringIO()) as out:
        main(["show", case])
    return out.getvalue().rstrip("\n")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _wrapped(text: str, indent: str = "") -> list[str]:
    lines = textwrap.wrap(
        text.replace(" %", "\N{NO-BREAK SPACE}%"), COLUMNS, initial_indent=indent,
        subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    write()
