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
    assert kept == described | {"README.md", "schema.json", "ways.json"}
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


TWICE = [
    f"{column}, row {row}: '{value}' fails multiple_fields_uniqueness"
    for column, value in (("release", "5.13"), ("kfunc", "bbr_min_tso_segs")) for row in (3, 4)
]  # fmt: skip
ONE = "1 cells or rows break schema.json; "
FLAGS = r"'^(KF_[A-Z0-9_]+(\|KF_[A-Z0-9_]+)*)?$'"


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (_blank, f"{ONE}source, row 3: '' fails must not be empty"),
        (_double, f"4 cells or rows break schema.json; {'; '.join(TWICE)}"),
        (_misspell, rf"{ONE}release, row 5: 'v6.5' fails str_matches('^\d+\.\d+$')"),
        (_stranger, "release: '9.9' is not in releases"),
        (_word, f"{ONE}flags, row 7: 'ACQUIRE' fails str_matches({FLAGS})"),
    ],
)
def test_an_altered_table_is_refused_with_the_place(
    alter: Callable[[pd.DataFrame], None], says: str
) -> None:
    frame = frames.table("kfuncs")
    alter(frame)
    with pytest.raises(EvidenceError) as refused:
        schema.validate("kfuncs", frame)
    assert str(refused.value) == f"table kfuncs: {says}"


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


def _negative(frame: pd.DataFrame) -> None:
    frame.loc[2, "kfuncs"] = -1


def _high(frame: pd.DataFrame) -> None:
    frame.loc[2, "bit"] = 32


def _missing(frame: pd.DataFrame) -> None:
    frame.loc[2, "position"] = pd.NA


def _same(frame: pd.DataFrame) -> None:
    frame["position"] = frame["position"] * 0


def _more(frame: pd.DataFrame) -> None:
    frame.insert(0, "other", "x")


def _fewer(frame: pd.DataFrame) -> None:
    del frame["tree"]


def _no_category(frame: pd.DataFrame) -> None:
    frame["category"] = "other"


@pytest.mark.parametrize(
    ("name", "alter", "says"),
    [
        ("counts", _negative, f"{ONE}kfuncs, row 2: -1 fails greater_than_or_equal_to(0)"),
        ("kf_flags", _high, f"{ONE}bit, row 2: 32 fails less_than_or_equal_to(31)"),
        ("releases", _missing, f"{ONE}position, row 2: None fails not_nullable"),
        ("releases", _same, "position, row 0: 0 fails field_uniqueness"),
        ("counts", _more, f"{ONE}None, row None: 'other' fails column_in_schema"),
        ("releases", _fewer, f"{ONE}None, row None: 'tree' fails column_in_dataframe"),
        ("kfuncs", _no_category, "4932 cells or rows break schema.json; category, row 0: 'other'"),
    ],
)
def test_each_rule_of_the_schema_is_kept(name: str, alter: Callable[..., None], says: str) -> None:
    frame = frames.table(name)
    alter(frame)
    with pytest.raises(EvidenceError, match=re.escape(says)) as caught:
        schema.validate(name, frame)
    assert str(caught.value).startswith(f"table {name}: ")
    assert str(caught.value).count(" fails ") <= 5


def test_strangers_are_listed_and_the_list_is_bounded() -> None:
    frame = frames.table("kfuncs")
    frame["release"] = [f"9.{n % 9}" for n in range(len(frame))]
    frame = frame.drop_duplicates(["release", "kfunc"])
    with pytest.raises(EvidenceError) as caught:
        schema.validate("kfuncs", frame)
    lost = [f"release: '9.{n}' is not in releases" for n in range(5)]
    assert str(caught.value) == f"table kfuncs: {'; '.join(lost)}"


def test_every_rule_of_schema_json_becomes_a_check() -> None:
    rules = {"required", "pattern", "enum", "minimum", "maximum"}
    for name in load.tables():
        built = schema.build(name)
        assert (built.strict, built.ordered) == (True, True)
        assert (built.unique or None) == load.resource(name)["schema"].get("primaryKey")
        for field in load.resource(name)["schema"]["fields"]:
            limits = field.get("constraints", {})
            column = built.columns[field["name"]]
            assert len(column.checks) == len(
                rules & {k for k, v in limits.items() if v is not False}
            )
            assert column.unique == limits.get("unique", False)
            number = field["type"] in ("integer", "number")
            assert column.nullable == (number and not limits.get("required"))


def test_an_altered_file_is_found_by_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = load.content
    monkeypatch.setattr(schema, "content", lambda name: kept(name) + altered.get(name, b""))
    monkeypatch.setattr(schema, "validate", kept)
    altered = {"counts": b" ", "policy": b"\n"}
    assert schema.altered() == ["counts", "policy"]
    with pytest.raises(EvidenceError) as refused:
        schema.validate_all()
    assert str(refused.value) == (
        "altered since schema.json was written: counts, policy; if that is meant, write the new "
        "hash there together with the reason in README.md"
    )


def test_the_command_writes_draws_and_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kfuncviz.evidence import questions

    monkeypatch.setattr(schema, "validate", lambda name: [name])
    monkeypatch.setattr(derived, "DERIVED", {"promises": derived.DERIVED["promises"]})
    monkeypatch.setattr(derived, "derived_dir", lambda: tmp_path)
    monkeypatch.setattr("kfuncviz.evidence.__main__.derived_dir", lambda: tmp_path)
    monkeypatch.setattr(questions, "QUESTIONS", {"vfs": questions.vfs_against_rest})
    assert main(["--check"]) == 1
    assert capsys.readouterr().out.endswith("stale: promises\n")
    assert main(["--figures", str(tmp_path / "drawn")]) == 0
    tables = len(load.tables())
    assert capsys.readouterr().out.split("\n") == [
        f"{tables} tables, {tables} rows fit schema.json",
        f"wrote 1 derived tables to {tmp_path}",
        "drew vfs",
        "",
    ]
    assert (tmp_path / "promises.csv").read_text().startswith("kfunc,")
    svg = (tmp_path / "drawn" / "vfs.svg").read_text()
    assert "VFS kfuncs and all others born since 6.8. 10 VFS kfuncs" in svg
    drawn = (tmp_path / "drawn" / "vfs.csv").read_text()
    assert drawn.startswith("group,what,n,count,percent,low,high,followed\nVFS,name gone,")

    def broken(name: str) -> None:
        raise EvidenceError(f"table {name}: no")

    monkeypatch.setattr(schema, "validate", broken)
    assert main([]) == 1
    assert capsys.readouterr().err == "table releases: no\n"
