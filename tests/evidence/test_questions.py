# SPDX-License-Identifier: BSD-3-Clause
"""
Do the questions answer with the rows, and do their notes say what they rest on?
================================================================================
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kfuncviz.evidence as ev
from kfuncviz.evidence import computed, derived
from kfuncviz.evidence.data.frames import NOTES, frame, noted, table
from kfuncviz.evidence.data.load import releases
from kfuncviz.evidence.errors import near
from kfuncviz.evidence.history import (
    announced,
    commits,
    compare,
    counts,
    diffs,
    families,
    shares,
    survival,
)
from kfuncviz.evidence.history.lives import every_life
from kfuncviz.evidence.history.prototypes import parse
from kfuncviz.evidence.idmap import helpers, layouts, lives, readers, wrappers
from kfuncviz.evidence.idmap.ways import ways
from tests.evidence.rows import order


def test_the_face_hands_out_what_it_names_and_nothing_else() -> None:
    for name in ev.__all__:
        assert getattr(ev, name) is not None
        assert name in dir(ev)
    assert list(ev.__all__) == list(ev._HOMES)
    assert "annotations" in dir(ev)
    with pytest.raises(AttributeError, match=r"'kfuncviz\.evidence' has no attribute 'kfunk'"):
        _ = ev.kfunk  # type: ignore[attr-defined]


def test_the_plain_part_needs_the_standard_library_alone() -> None:
    code = """
import sys
for name in ("numpy", "pandas", "matplotlib", "pandera", "statsmodels"):
    sys.modules[name] = None
import kfuncviz.evidence as ev
from kfuncviz.evidence.idmap.ways import verdicts
from kfuncviz.evidence.data.frames import table
assert ev.lives().lives and ev.curve("gone", "6.5").points and ev.kfunc_history("bpf_path_d_path")
assert ev.core_reader("6.7", "6.8") and ev.layout("6.8", "inode") and verdicts("statmount")
assert ev.fact("readers")
try: table("counts")
except ImportError as error: print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = "A table of the evidence needs pandas: pip install 'kfuncviz[evidence]'"
    assert done.stdout.strip() == said


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        (ev.births_changes_deaths, counts.by_release),
        (ev.survival, computed.curves),
        (lambda: ev.survival("6.5"), lambda: computed.curves("6.5")),
        (ev.survival_by_family, computed.by_family),
        (lambda: ev.changes_within([2, 4]), lambda: shares.within([2, 4])),
        (ev.changes_within, shares.within),
        (lambda: ev.interfaces("6.5", "7.3"), lambda: compare.interfaces("6.5", "7.3")),
        (ev.interfaces, lambda: compare.interfaces("6.12", "7.3")),
        (lambda: ev.vfs_against_rest("6.12"), lambda: compare.vfs_against_rest("6.12")),
        (ev.vfs_against_rest, compare.vfs_against_rest),
        (ev.idmap_churn, helpers.churn),
        (ev.readers_survival, readers.matrix),
        (lambda: ev.readers_survival("vfsmount"), lambda: readers.matrix("vfsmount")),
    ],
)
def test_a_question_answers_with_its_table(asked: Any, made: Any, monkeypatch: Any) -> None:
    """The figure is another test's; here it is told which table it draws."""
    from kfuncviz.evidence.figures import history, idmap

    drawn = []
    drawing = {
        history: ("births", "survival", "families", "within", "interfaces", "groups"),
        idmap: ("churn", "readers"),
    }
    for module, names in drawing.items():
        for name in names:
            monkeypatch.setattr(module, name, lambda *given: drawn.append(given) or "the figure")
    exhibit = asked()
    assert exhibit.figure == "the figure"
    assert exhibit.table.equals(made())
    assert exhibit.table.attrs == made().attrs
    assert drawn[0][0] is exhibit.table
    assert drawn[0][1:] in ((), (releases(),))


def test_what_is_handed_out_and_kept_cannot_be_altered() -> None:
    """Tuples of tuples: whoever asks next gets the same."""
    walked, _ = readers.walk("6.5")
    for found in (
        *(ev.lives(), ev.curve(), ev.names(), ev.recorded("vfs_create"), ev.kfunc_releases()),
        *(
            every_life(),
            diffs.changes(),
            commits.groups("died"),
            survival.estimate([survival.Spell(0, 1, True)]),
        ),
        *(helpers.helper_changes(), wrappers.written(), readers.pairs(), walked, releases()),
        *(lives.helper_lives(), lives.wrapper_lives(), layouts.unsettled("5.14", "file")),
        *(ev.wrapper_body("6.5")["bpf_get_file_vfs_ids"], parse("int f(int (cb)(void *a__sz))")),
        *(lives.helper_lives()[0].changed, families.family("VFS"), families.subsystems()),
    ):
        assert hash(found) == hash(found), found
    history = ev.kfunc_history("bpf_path_d_path")
    for name in ("lives", "terms", "changes", "events"):
        assert type(getattr(history, name)) is tuple
    assert type(ways()) is list


def test_a_question_is_asked_by_its_name() -> None:
    assert {name: ask.__name__ for name, ask in ev.QUESTIONS.items()} == {
        name: name for name in ev.QUESTIONS
    }
    assert len(ev.QUESTIONS) == 9
    assert all(getattr(ev, name) is ask for name, ask in ev.QUESTIONS.items())


def test_the_life_lines_are_edits_of_wrappers_and_breaks_of_readers() -> None:
    table = ev.wrappers_survival().table
    marks = {"first": "first", "body edited": "edit", "prototype changed": "prototype",
             "fails to load": "refused", "silently wrong": "wrong"}  # fmt: skip
    wanted = [
        (name, line.release, marks[line.verdict], line.verdict, line.prototype)
        for name in wrappers.WRAPPERS
        for line in wrappers.written()
        if line.wrapper == name and line.verdict != "same"
    ]
    for name, judge in (("CO-RE reader", ev.core_reader),
                        ("fixed-offset reader", ev.fixed_offset_reader)):  # fmt: skip
        wanted.append((name, "5.12", "first", "first", ""))
        wanted += [
            (name, found.run_at, marks[found.verdict], found.verdict, found.reason)
            for found in readers.breaks(judge) if found.verdict != "not recorded"
        ]  # fmt: skip
    assert [tuple(line) for line in table.itertuples(index=False)] == wanted
    notes = table.attrs
    assert notes["title"] == "Would these wrappers have survived? And readers without them?"
    assert notes["n"] == f"4 wrappers and 2 readers over {len(order()) - 1} steps"
    assert notes["period"] == (
        "5.12 to 7.3; readers judged from 5.13 on, each release whose layouts decide against the "
        "next such; structures of 5.12 were not all recorded"
    )
    assert notes["definition"] == (
        "wrapper: prototype and body as the helpers of the release would have had them written; "
        "reader of a file's owner: built at the last release it worked on, run on this one, "
        "without a bpf_core_field_exists() branch for another. Meaning not judged"
    )
    assert notes["source"] == (
        "data/history/idmap_api.csv.gz, btf_layouts.csv.gz, idmap_structs.csv.gz"
    )


def test_frames_of_what_is_computed_have_its_fields() -> None:
    changes, promises = ev.changes(), ev.promises()
    assert [tuple(line) for line in changes.itertuples(index=False)] == list(diffs.changes())
    assert list(changes.columns) == list(diffs.KfuncChange._fields)
    assert len(ev.changes(tests=True)) == len(diffs.changes(tests=True)) > len(changes)
    assert promises.drop(columns="late").to_numpy().tolist() == [
        [*promise[:6], *promise[7:]] for promise in announced.promises()
    ]
    late = [None if cell is None else int(cell) for cell in promises["late"].astype(object).where(
        promises["late"].notna(), None)]  # fmt: skip
    assert late == [promise.late for promise in announced.promises()]


def test_notes_are_these_five_and_stay_with_the_table() -> None:
    assert NOTES == ("title", "n", "period", "definition", "source")
    made = noted(frame([("6.5", 2)], ["release", "n"]),
                 title="t", n="2", period="p", definition="d", source="s")  # fmt: skip
    assert made.attrs == {"title": "t", "n": "2", "period": "p", "definition": "d", "source": "s"}
    assert made.to_dict("list") == {"release": ["6.5"], "n": [2]}
    assert str(table("counts")["kfuncs"].dtype) == "Int64"


@pytest.mark.parametrize(
    ("name", "known", "limit", "found"),
    [
        ("bpf_get_file_xatr", ["bpf_get_file_xattr", "x"], 5, ["bpf_get_file_xattr"]),
        ("xattr", ["a_xattr_long_name_of_it", "zz"], 5, ["a_xattr_long_name_of_it"]),
        ("ab", ["abc", "abd", "abe"], 2, ["abe", "abd"]),
        ("abc", ["xxabcxxxxxxxxxx", "abd"], 5, ["abd", "xxabcxxxxxxxxxx"]),
        ("", ["abc"], 5, []),
        ("zzz", ["abc"], 5, []),
    ],
)
def test_near_names_are_alike_or_hold_it(
    name: str, known: list[str], limit: int, found: list[str]
) -> None:
    assert sorted(near(name, known, limit)) == sorted(found)
    assert near("a", [f"a{n}" for n in range(9)]) == near("a", [f"a{n}" for n in range(9)], 5)
    assert len(near("a", [f"a{n}" for n in range(9)])) == 5


def test_derived_tables_are_written_and_stale_ones_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["cohort_6.5_to_7.3", "promises"]
    monkeypatch.setattr(derived, "DERIVED", {name: derived.DERIVED[name] for name in names})
    written = derived.write(tmp_path / "new" / "place")
    assert [path.name for path in written] == [f"{name}.csv" for name in names]
    assert all(path.read_text() == derived.text(path.stem) for path in written)
    assert derived.text(names[0]).split("\n")[5] == "what,n,count,percent,low,high"
    assert derived.text(names[1]).startswith("kfunc,said_in,how")
    monkeypatch.setattr(derived, "derived_dir", lambda: tmp_path)
    assert derived.stale() == names
    derived.write()
    assert derived.stale() == []
    (tmp_path / "promises.csv").write_text("other")
    assert derived.stale() == ["promises"]
    (tmp_path / "promises.csv").unlink()
    assert derived.stale() == ["promises"]
