# SPDX-License-Identifier: BSD-3-Clause
"""
Is the recorded data what schema.json and README.md say, and is what is derived current?
========================================================================================
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kfuncviz.evidence import derived
from kfuncviz.evidence.__main__ import main
from kfuncviz.evidence.data import frames, load, schema
from kfuncviz.evidence.errors import EvidenceError, UnknownRelease, UnknownTable
from tests.evidence.rows import HISTORY, registered, rows

LIMIT = 3_000_000


@pytest.mark.parametrize("name", load.tables())
def test_every_table_fits_the_schema_and_is_described(name: str) -> None:
    frame = schema.validate(name)
    path = load.resource(name)["path"]
    assert len(frame) == len(rows(path))
    readme = (HISTORY / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"\| {re.escape(path)} \|.*\| {len(frame)} \|", readme)


@pytest.mark.parametrize("name", load.tables())
def test_rows_and_frames_are_what_pandas_reads(name: str) -> None:
    entry = load.resource(name)
    kinds = {field["name"]: field["type"] for field in entry["schema"]["fields"]}
    numeric = {name for name, kind in kinds.items() if kind in ("integer", "number")}
    read = pd.read_csv(
        HISTORY / entry["path"], keep_default_na=False, na_values={name: [""] for name in numeric},
        dtype={name: {"integer": "Int64", "number": "float64"}.get(kind, "str")
               for name, kind in kinds.items()},
    )  # fmt: skip
    pd.testing.assert_frame_equal(frames.table(name), read)
    plain = [
        {name: None if name in numeric and pd.isna(cell) else cell for name, cell in row.items()}
        for row in read.to_dict("records")
    ]
    assert list(map(dict, load.rows(name))) == plain


def test_no_row_can_be_altered() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        load.rows("counts")[0]["kfuncs"] = 0  # type: ignore[index]


def test_a_table_with_other_columns_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "counts.csv").write_text("release,kfuncs\n6.5,1\n")
    monkeypatch.setattr(load, "history_dir", lambda: tmp_path)
    with pytest.raises(
        EvidenceError, match=r"counts\.csv: columns are \['release', 'kfuncs'\], schema"
    ):
        load.rows.__wrapped__("counts")


def test_every_row_has_a_source() -> None:
    for name in load.tables():
        columns = set(frames.table(name).columns)
        named = columns & {"source", "reference", "tree"}
        foreign = {
            key["reference"]["resource"]
            for key in load.resource(name)["schema"].get("foreignKeys", [])
        }
        assert named or "btf_blobs" in foreign, name
        for column in named:
            assert (frames.table(name)[column] != "").all(), name


def test_no_file_is_undescribed_and_the_whole_is_small() -> None:
    described = {resource["path"] for resource in load.package()["resources"]}
    kept = {path.name for path in HISTORY.iterdir() if path.is_file()}
    assert kept == described | {"README.md", "schema.json"}
    assert {path.stem for path in derived.derived_dir().iterdir()} == set(derived.DERIVED)
    assert sum(path.stat().st_size for path in HISTORY.rglob("*") if path.is_file()) < LIMIT


def test_compressed_files_carry_no_time_and_no_name() -> None:
    for path in HISTORY.glob("*.gz"):
        head = path.read_bytes()[:10]
        assert head[4:8] == b"\0\0\0\0", path.name
        assert head[3] == 0, path.name


def _blank(frame: pd.DataFrame) -> None:
    frame.loc[3, "source"] = ""


def _double(frame: pd.DataFrame) -> None:
    frame.loc[4] = frame.loc[3]


def _misspell(frame: pd.DataFrame) -> None:
    frame.loc[5, "release"] = "v6.5"


def _stranger(frame: pd.DataFrame) -> None:
    frame.loc[6, "release"] = "9.9"


def _word(frame: pd.DataFrame) -> None:
    frame.loc[7, "flags"] = "ACQUIRE"


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (_blank, "source, row 3"),
        (_double, "kfunc"),
        (_misspell, "release, row 5: 'v6.5'"),
        (_stranger, "release: '9.9' is not in releases"),
        (_word, "flags, row 7: 'ACQUIRE'"),
    ],
)
def test_an_altered_table_is_refused_with_the_place(
    alter: Callable[[pd.DataFrame], None], says: str
) -> None:
    frame = frames.table("kfuncs")
    alter(frame)
    with pytest.raises(EvidenceError, match=re.escape(says)):
        schema.validate("kfuncs", frame)


def test_no_recorded_table_was_altered() -> None:
    for resource in load.package()["resources"]:
        path = HISTORY / resource["path"]
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        assert len(text) == resource["bytes"]
        assert f"sha256:{hashlib.sha256(text).hexdigest()}" == resource["hash"], path.name
    assert schema.altered() == []


def test_altering_a_returned_table_alters_nothing_else() -> None:
    frame = frames.table("counts")
    frame["kfuncs"] = 0
    assert frames.table("counts")["kfuncs"].sum() > 0


@pytest.mark.parametrize("name", derived.DERIVED)
def test_derived_tables_follow_from_the_rows(name: str) -> None:
    kept = (derived.derived_dir() / f"{name}.csv").read_text(encoding="utf-8")
    assert kept == derived.text(name), f"{name} is stale: run python -m kfuncviz.evidence"


def test_the_command_checks_and_draws(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert "derived tables are current" in capsys.readouterr().out


def test_sizes_agree_with_the_rows() -> None:
    by_release = registered()
    every = rows("kfuncs.csv.gz")
    for row in rows("counts.csv"):
        release = row["release"]
        assert int(row["kfuncs"]) == len(by_release[release])
        tests = sum(r["release"] == release and r["category"] == "test" for r in every)
        assert int(row["test_kfuncs"]) == tests


def test_flag_use_agrees_with_the_rows() -> None:
    used = Counter(
        (row["release"], flag)
        for row in rows("kfuncs.csv.gz")
        for flag in row["flags"].split("|")
        if flag
    )
    for row in rows("kf_flags.csv.gz"):
        assert int(row["kfuncs_using_it"]) == used.pop((row["release"], row["flag"]), 0), row
    without_header = {"5.18", "5.19", "6.16"}
    assert {release for release, _ in used} == without_header


def test_schema_is_a_data_package() -> None:
    text = (HISTORY / "schema.json").read_text(encoding="utf-8")
    package = json.loads(text)
    assert package["profile"] == "tabular-data-package"
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"], (resource["name"], field["name"])


def test_bad_input_says_what_there_is() -> None:
    with pytest.raises(UnknownTable, match="no table 'kfunc'; there are: releases, kfuncs"):
        load.rows("kfunc")
    with pytest.raises(UnknownRelease, match=r"'v6.5' is not in the data.*5.12 to 7.3"):
        load.position("v6.5")
