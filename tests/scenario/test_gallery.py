# SPDX-License-Identifier: BSD-3-Clause
"""
The gallery: situations people met, and what the kernel did
===========================================================

Every scenario of ``data/scenarios`` is sound, says what it shows and where it comes from, opens on
something that exists, and gives on the model what it gave on the kernel.
"""

from __future__ import annotations

import copy
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.model.filesystems import allows_idmap
from kfuncviz.model.releases import CHANGES, STABLE, release
from kfuncviz.scenario.checking import schema
from kfuncviz.scenario.checking.validate import refusals, validate
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.ownership.ask import ownership
from kfuncviz.scenario.reading.document import parse_text
from kfuncviz.scenario.replay import replay_traced
from tests.compare import differences

TESTS = Path(__file__).resolve().parents[1]
DATA = TESTS.parent / "data"
FOLDER = DATA / "scenarios"
NAMES = sorted(path.stem for path in FOLDER.iterdir() if path.suffix == ".yaml")
RECORDED = {
    answer["scenario"]["id"]: answer
    for answer in map(json.loads, (TESTS / "data/gallery-kernel.jsonl").read_text().splitlines())
}

#: The one situation that is about refused maps: the namespace, the place, the errno.
REFUSED = {
    "maps-the-kernel-refuses": [
        ("userns.own_id_in_range.uid_map[1]", "EINVAL"),
        ("userns.twice_outside.uid_map[2]", "EINVAL"),
        ("userns.outside_pod.uid_map[1]", "EPERM"),
        ("userns.straddles.uid_map[0]", "EPERM"),
    ]
}

#: The one situation that is about a refused mount, on a kernel the recorder did not run on.
REFUSED_MOUNTS = {"filesystem-that-cannot-be-idmapped": {"volume": "mount_setattr:EINVAL"}}

#: Where the step that loses the id is the point, it is the step the explorer opens on.
LOST = {
    "acl-with-a-strange-number": "mount",
    "chown-outside-the-map": "mount",
    "file-capabilities-lost": "caller",
    "filesystem-that-cannot-be-idmapped": "caller",
    "group-without-a-row": "mount",
    "groups-only": "caller",
    "nobody-nogroup": "caller",
    "one-host-user-only": "mount",
    "root-gets-eoverflow": "mount",
    "setuid-ignored": "caller",
    "shifted-twice": "mount",
    "three-kinds-of-nobody": "mount",
    "unlisted-ids": "mount",
    "unmapped-parent-directory": "caller",
}


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = parse_text((FOLDER / f"{name}.yaml").read_bytes())
    return found


def index() -> dict[str, tuple[str, str]]:
    """Name to question and source, as the README's table has them."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[([\w-]+)\]\(\1\.yaml\) \| (.+) \| (.+) \|$", text, re.MULTILINE)
    return {name: (question, source) for name, question, source in rows}


def test_the_gallery_is_large_enough_and_holds_every_file() -> None:
    assert len(NAMES) >= 12
    assert gallery() == NAMES
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name) for name in NAMES)
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == {
        "README.md",
        *(f"{n}.yaml" for n in NAMES),
    }


def test_a_case_is_its_readers_own_and_read_anew_where_its_file_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kfuncviz.scenario.load.data_dir", lambda: tmp_path)
    file = tmp_path / "scenarios" / "mine.yaml"
    file.parent.mkdir()
    for when, name in ((1, "f"), (2, "g")):
        file.write_text(f"setup: [{{type: file, path: {name}}}]")
        os.utime(file, ns=(when, when))
        for _ in range(2):
            found = load("mine")
            assert found == {"setup": [{"type": "file", "path": name}]}
            found["setup"][0]["path"] = "changed"


def test_a_name_that_is_nearly_one_is_told_the_nearest_three(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kfuncviz.scenario.load.data_dir", lambda: tmp_path)
    names = ("ids-on-disk", "ids-on-disks", "ids-on-dish", "ids-in-disk", "other",
             "idmappings-rst/ids-on-disk-2", "idmappings-rst/worked")  # fmt: skip
    for name in names:
        file = tmp_path / "scenarios" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    assert gallery() == sorted(names[:5])
    assert gallery("idmappings-rst") == ["ids-on-disk-2", "worked"]
    assert load("worked") == {}
    end = " (kfuncviz gallery lists them)"
    for asked, hint in (
        ("ids-on-disc", "; did you mean ids-on-disk or ids-on-dish or ids-on-disks?"),
        ("works", "; did you mean worked?"), ("zzz", ""), ("xo", ""),
        ("ids-on-disk-3", "; did you mean ids-on-disk-2 or ids-on-disk or ids-on-disks?"),
        ("otter", "; did you mean other?"),
        ("ids", "; did you mean ids-on-disk or ids-on-dish or ids-in-disk?"),
    ):  # fmt: skip
        with pytest.raises(kv.ScenarioError) as caught:
            load(asked)
        said = f"'{asked}' is neither a file nor one of the 5 gallery scenarios{hint}{end}"
        assert str(caught.value) == said


@pytest.mark.parametrize("name", NAMES)
def test_is_sound_and_refused_only_where_that_is_the_point(name: str) -> None:
    found = document(name)
    assert validate(found) == []
    assert load(name) == found
    assert [(p.place, p.errno) for p in refusals(found)] == REFUSED.get(name, [])
    set_up = replay(found)
    assert set_up["setup"] == {}
    failed = {mount: err for mount, err in set_up["mounts"].items() if err is not None}
    assert failed == REFUSED_MOUNTS.get(name, {})


@pytest.mark.parametrize("name", NAMES)
def test_says_what_it_shows(name: str) -> None:
    found = document(name)
    assert found["id"] == name
    assert "?" in found["title"]
    assert re.search(r"#\d|, sections?: |\.[ch], \w+\(\)", found["source"]), found["source"]
    lines = found["notes"].splitlines()
    assert 3 <= len(lines) <= 8
    assert max(map(len, lines)) <= 100
    assert 3 <= len(found["ops"]) <= 10


@pytest.mark.parametrize("name", [name for name in NAMES if name not in REFUSED_MOUNTS])
def test_replay_equals_the_kernel(name: str) -> None:
    recorded = RECORDED[name]
    asked = document(name)
    was, now = ({**each, "focus": None} for each in (recorded["scenario"], asked))
    assert was == now, "changed since it was recorded: record it again"
    assert differences(recorded["result"], replay(asked)) == []


#: What the notes of some say of each operation: its errno, or a word of what it gives.
TOLD = {
    "root-may-not-write-in-tmp": ["EACCES", "ok", "ok", "ok", "ok", "ok", "ok"],
    "bounding-set-of-a-container": [
        "CAP_NET_RAW (version 2", "with CAP_NET_RAW", "EPERM", "EPERM", "ok", "with no capability",
        "with 40 capabilities",
    ],
    "no-new-privileges": [
        "uid 1000, gid 1000 with no", "(effective 0)", "with no capability", "with CAP_NET_RAW",
    ],
    "immutable-under-a-mapped-owner": [
        "ok", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "ok", "EPERM", "EPERM",
    ],
    "handle-through-another-mount": [
        "shows 1000:1000", "shows 101000:101000", "EACCES", "ok", "EPERM", "EPERM",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_operations_give_what_the_notes_tell(name: str) -> None:
    done = replay_traced(document(name))
    for op, told in zip(done.ops, TOLD[name], strict=True):
        assert f" -> {told}" in str(op) or (" -> ok" in str(op) and told in str(op))


def test_nothing_else_was_recorded() -> None:
    assert list(RECORDED) == [name for name in NAMES if name not in REFUSED_MOUNTS]


def kernels_of_each_kind(fs_type: str) -> list[str]:
    """A release for each set of rules that hold together; the others answer as one of these."""
    kinds = {}
    for major, minor in STABLE:
        kernel = release(f"{major}.{minor}")
        rules = [change.holds(kernel) for change in CHANGES.values()]
        kinds[*rules, allows_idmap(fs_type, kernel)[0]] = f"{major}.{minor}"
    return [*kinds.values()]


@pytest.mark.parametrize("name", NAMES)
def test_every_kernel_has_an_answer_and_every_refusal_a_reason(name: str, stride: int) -> None:
    kernels = kernels_of_each_kind(document(name).get("fs", {}).get("type", "tmpfs"))
    for kernel in kernels[NAMES.index(name) % stride :: stride]:
        settings = {"kernel": kernel}
        done = replay_traced(document(name) | {"settings": settings})
        assert len(done) == len(document(name)["ops"])
        for op in done.ops:
            assert (op.err is None) == (op.why is None)
            assert op.why is None or op.why.rule
        failed = {at for at, err in done.result["mounts"].items() if err is not None}
        assert all(any(note.startswith(f"mounts.{at}: ") for note in done.notes) for at in failed)


@pytest.mark.parametrize("name", NAMES)
def test_opens_on_something_that_exists(name: str) -> None:
    found = document(name)
    focus = found["focus"]
    assert {"path", "by", "via", "kind", "direction"} <= set(focus)
    answer = ownership(Machine(found), **focus)
    assert answer.kind == focus["kind"]
    assert answer.direction == focus["direction"]
    lost = answer.hops[answer.travel.lost.hop].key if answer.travel.lost else None
    assert lost == LOST.get(name)
    look = {key: focus[key] for key in ("path", "by", "via")} | {"op": "stat"}
    seen = Machine(found).run(look)["seen"]
    assert seen.get("err") in (None, "EACCES")
    owner = focus["direction"] == "read" and not focus.keys() & {"id", "entry"}
    if owner and "err" not in seen:
        last = answer.lanes[-1]
        assert seen[focus["kind"]] == (last.id if last.shown is None else last.shown)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_answered_on_old_kernels_too(name: str) -> None:
    for kernel in ("5.12", "6.1"):
        answer = kv.Scenario.load(name, kernel=kernel).who_owns()
        assert answer.access is not None
        assert (answer.access.err is None) == (answer.access.why is None)
        assert answer.unmade or answer.lanes[-1].id is not None or answer.travel.lost
        assert not answer.unmade or "can be idmapped only since 6.3" in answer.access.rule


def test_two_focuses_show_what_their_titles_ask() -> None:
    entry = kv.who_owns("acl-entry-of-another-number")
    assert (entry.entry, [lane.id for lane in entry.lanes]) == ("user:1000", [1000, 101000, 1000])
    access = kv.who_owns("capability-that-does-not-count").access
    assert access is not None
    assert access.why is not None
    assert (access.err, access.why.cap) == ("EPERM", "CAP_CHOWN")
    assert access.why.cap_why == "group has no row in the caller's namespace"


#: What each operation gives, of the situations in which making a mount is the point.
MADE: dict[str, list[str | None]] = {
    "mount-with-its-own-namespace": [None, "EINVAL", "EPERM", None, None],
    "mount-with-a-map-nobody-wrote": [None, "EINVAL", None, None],
    "mount-that-is-attached-already": ["EINVAL", *[None] * 5, "EPERM", None],
    "mount-that-has-a-map-already": [None, "EPERM", "EINVAL", None, None, None],
    "mount-that-is-busy": [None, None, "EBUSY", "EBUSY", None, None, None],
    "mount-made-by-a-containers-root": [
        "EPERM", None, None, None, "EPERM", None, "EPERM", "EPERM", None,
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_making_a_mount_is_refused_as_the_notes_say(name: str) -> None:
    done = replay_traced(document(name))
    assert [op.err for op in done.ops] == MADE[name]
    named = {errno for errno in MADE[name] if errno is not None} - {"EBUSY"}
    assert all(errno in document(name)["notes"] for errno in named)


@pytest.mark.parametrize(
    ("name", "kernel", "number", "before"),
    [("mount-with-a-map-nobody-wrote", "6.8", 1, None),
     ("mount-that-has-a-map-already", "6.14", 3, "ENOSYS")],
)  # fmt: skip
def test_what_the_notes_say_of_older_kernels(
    name: str, kernel: str, number: int, before: str | None
) -> None:
    older = document(name) | {"settings": {"kernel": kernel}}
    assert replay(older)["ops"][number]["err"] == before != MADE[name][number]


def test_the_index_lists_every_file_with_its_question_and_source() -> None:
    documents = map(document, NAMES)
    assert index() == {d["id"]: (d["title"], d["source"]) for d in documents}


def test_a_wrong_answer_would_be_noticed() -> None:
    result = RECORDED["home-on-a-stick"]["result"]
    for place, key, value in (("seen", "uid", 1126), ("disk", "mode", "0000")):
        wrong = copy.deepcopy(result)
        wrong["ops"][2][place][key] = value
        (line,) = differences(result, wrong)
        assert line.startswith(f"ops[2].{place}: kernel ")
    assert differences(result, result | {"ops": result["ops"][:-1]})
    assert differences(result, result | {"mounts": {"stick": "mount_setattr:EINVAL"}})


def test_what_does_not_count_is_no_difference() -> None:
    entry = {"err": None, "seen": {"type": "dir", "size": 40, "nlink": 2}, "disk": None}
    other = {"seen": {"type": "dir", "size": 60, "nlink": 3}}
    assert differences({"ops": [entry], "setup": {}}, {"ops": [other], "flat": {"M": {}}}) == []
    file = {"seen": {"type": "file", "size": 1}}
    assert differences({"ops": [file]}, {"ops": [{"seen": {"type": "file", "size": 2}}]}) != []


def first_page() -> str:
    text = (DATA / "scenario.md").read_text(encoding="utf-8")
    return text[text.index("## The first page") : text.index("## The whole table")]


def test_the_example_of_the_format_works() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", first_page(), re.DOTALL)
    found = parse_text(example)
    assert validate(found) == []
    assert refusals(found) == []
    (answer,) = re.findall(r"```text\n(.*?)\n```", first_page(), re.DOTALL)
    assert str(replay_traced(found)) == answer


def test_the_first_page_is_one_and_will_do_for_many() -> None:
    page = first_page()
    assert len(page.split()) <= 700
    told = set(re.findall(r"[a-z]\w*", " ".join(re.findall(r"`([^`]*)`", page)))) | {"id"}
    fits = [name for name in NAMES if keys_of(document(name)) <= told]
    assert len(fits) >= 18, fits


def keys_of(found: dict[str, Any]) -> set[str]:
    """The keys a scenario uses, and its operations."""
    keys = {*found}
    for part in ("userns", "mounts", "callers"):
        for spec in (found.get(part) or {}).values():
            keys |= spec.keys()
    for entry in [*(found.get("setup") or ()), *(found.get("ops") or ())]:
        keys |= entry.keys()
    return keys | {op["op"] for op in found["ops"]}


def test_the_format_is_told_to_the_last_key() -> None:
    told = set(re.findall(r"`([a-z_]\w*)`", (DATA / "scenario.md").read_text(encoding="utf-8")))
    known = set(schema.OP_ARGUMENTS)
    for table in (
        *(schema.TEXTS, schema.SETUP, schema.CAP, schema.ROOT, schema.MOUNT, schema.CALLER),
        *(schema.FOCUS, schema.SETTINGS, *schema.OP_ARGUMENTS.values()),
    ):
        known |= table.keys()
    assert known - told == set()
