# SPDX-License-Identifier: BSD-3-Clause
"""The matrix: total, explained, and each outcome the one its rule gives."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.kfuncs.contracts import (
    ABOUT,
    GLYPHS,
    MEANINGS,
    Outcome,
    cells,
    change,
    changes,
    consequence,
    exposure,
    exposures,
    rules,
)
from kfuncviz.kfuncs.known import NotKnown, document

# change, exposure, outcome, rule: one row a rule, by hand
EXPECTED: list[tuple[str, str, Outcome, str]] = [
    ("own-maps-6.8", "kfunc", "holds", "glue-stays"),
    ("own-maps-6.8", "kfunc-pointer", "partly", "read-through-the-pointer"),
    ("own-maps-6.8", "export", "holds", "opaque-to-modules"),
    ("own-maps-6.8", "fentry-core", "breaks", "relocation-fails"),
    ("mnt-idmap-6.2", "export-gpl", "edit", "member-in-header"),
    ("mnt-idmap-6.2", "statmount", "not there", "not-there-yet"),
    ("nr-extents-6.12", "export", "rebuild", "offset-in-header"),
    ("nr-extents-6.12", "fentry-core", "adapts", "relocation-follows"),
    ("kuid-into-mnt-5.17", "export", "edit", "successor-to-port-to"),
    ("kuid-into-mnt-5.17", "fentry-core", "breaks", "no-such-function"),
    ("check-fsmapping-6.8", "export-gpl", "breaks", "no-successor"),
    ("vfs-mkdir-6.15", "export", "edit", "type-error"),
    ("vfs-mkdir-6.15", "fentry-core", "wrong", "arguments-by-position"),
    ("vfs-create-6.19", "fentry-core", "breaks", "argument-past-the-end"),
    ("vfs-create-6.19", "export", "edit", "type-error"),
    ("nr-extents-6.12", "kfunc-pointer", "adapts", "followed-through-the-pointer"),
    ("f-path-union-6.18", "kfunc", "partly", "kfunc-walked-pointer"),
    ("f-path-union-6.18", "kfunc-pointer", "holds", "glue-stays"),
    ("f-path-union-6.18", "fentry-core", "holds", "found-in-the-union"),
    ("f-path-union-6.18", "export", "edit", "const-in-header"),
    ("inode-uid-6.19", "fentry-core", "adapts", "relocation-follows"),
    ("inode-uid-6.19", "kfunc-pointer", "holds", "glue-stays"),
    ("f-inode-6.15", "export-gpl", "rebuild", "offset-in-header"),
    ("rstat-tracepoints-6.17", "tracepoint", "breaks", "tracepoint-gone"),
    ("rstat-tracepoints-6.17", "fentry-core", "holds", "not-reached"),
    ("file-mnt-idmap-const-6.7", "export", "rebuild", "same-call"),
    ("file-mnt-idmap-const-6.7", "fentry-core", "holds", "types-ignore-const"),
    ("no-idmapping-hidden-6.3", "export-gpl", "breaks", "out-of-reach"),
    ("no-idmapping-hidden-6.3", "fentry-core", "holds", "same-name"),
    ("make-vfsuid-gpl-6.3", "export", "breaks", "gpl-only"),
    ("make-vfsuid-gpl-6.3", "export-gpl", "rebuild", "gpl-keeps-it"),
    ("mnt-idmap-get-export-6.7", "export", "holds", "export-added"),
    ("buffer-unexport-6.5", "export-gpl", "breaks", "export-withdrawn"),
    ("buffer-unexport-6.5", "fentry-core", "holds", "not-reached"),
    ("mnt-user-ns-gone-6.3", "kfunc", "holds", "glue-hides-it"),
    ("mnt-user-ns-gone-6.3", "kfunc-pointer", "breaks", "handle-replaced"),
    ("invalid-idmap-6.12", "export", "rebuild", "inline-test"),
    ("invalid-idmap-6.12", "fentry-core", "wrong", "unknown-value"),
    ("move-mount-inlined-6.18", "fentry-core", "breaks", "nothing-to-attach-to"),
    ("move-mount-inlined-6.18", "export", "holds", "exported-has-a-body"),
    ("hid-attach-6.11", "kfunc", "breaks", "kfunc-gone"),
    ("hid-attach-6.11", "helper", "holds", "not-reached"),
    ("cid-override-7.3", "kfunc", "breaks", "kfunc-arguments"),
    ("dynptr-size-6.19", "kfunc", "rebuild", "kfunc-integer"),
    ("path-d-path-const-6.18", "kfunc", "holds", "kfunc-const"),
    ("fs-kfuncs-moved-6.12", "kfunc", "holds", "kfunc-moved"),
    ("trusted-default-7.0", "kfunc", "partly", "kfunc-stricter"),
    ("perfmon-7.3", "kfunc-pointer", "partly", "kfunc-capability"),
    ("unwritten-map-6.9", "syscall", "partly", "uapi-tightened"),
    ("statmount-maps-6.15", "statmount", "holds", "uapi-grows"),
    ("rstat-renamed-6.16", "none", "holds", "nobody-outside"),
]


@pytest.mark.parametrize(("changed", "exposed", "outcome", "rule"), EXPECTED)
def test_the_outcome_and_its_rule(
    changed: str, exposed: str, outcome: Outcome, rule: str
) -> None:  # fmt: skip
    cell = consequence(exposed, changed)
    assert (cell.outcome, cell.rule) == (outcome, rule)


def test_every_cell_explains_itself_and_names_who_pays() -> None:
    table = cells()
    assert list(table) == list(changes())
    for event, row in table.items():
        assert list(row) == list(exposures())
        for way, cell in row.items():
            assert (cell.change, cell.exposure) == (event, way)
            assert cell.glyph == GLYPHS[cell.outcome]
            texts = (cell.why, cell.rule, *vars(cell.payers).values())
            assert all(texts), cell
            assert not any("{" in text for text in texts), cell


RULES = document("contracts", "rules")
WAYS = {row["id"]: row for row in document("contracts", "exposures")["exposures"]}
EVENTS = {row["id"]: row for row in document("contracts", "changes")["changes"]}
WORDS = document("contracts", "exposures")["payers"]
WORST_LAST = ["holds", "adapts", "rebuild", "edit", "partly", "breaks", "wrong"]


def again(way: dict[str, Any], event: dict[str, Any]) -> tuple[str, str, str]:
    """Outcome, rule and reason once more, straight from the data files."""
    since, when = ([int(part) for part in at.split(".")] for at in (way["since"], event["release"]))
    if when < since:
        return (
            "not there",
            "not-there-yet",
            f"{way['title']} could not answer before {way['since']}",
        )
    found = []
    for facet in event["facets"]:
        for rule in RULES["rules"]:
            kinds = rule["kinds"]
            if (way["id"] in rule["exposures"] and facet["surface"] in rule["surface"]
                    and (kinds == ["*"] or facet["kind"] in kinds)):  # fmt: skip
                found.append((WORST_LAST.index(rule["outcome"]), rule, facet))
                break
    if not found:
        reasons = list(dict.fromkeys(RULES["not_reached"][f["surface"]] for f in event["facets"]))
        return "holds", "not-reached", "; ".join(reasons)
    worst = max(rank for rank, *_ in found)
    rule, facet = next((rule, facet) for rank, rule, facet in found if rank == worst)
    why = rule["why"].replace("{what}", facet["what"]).replace("{glue}", way["glue"])
    return rule["outcome"], rule["id"], why


def test_every_cell_is_what_the_data_says() -> None:
    for event, row in cells().items():
        for way, cell in row.items():
            outcome, rule, why = again(WAYS[way], EVENTS[event])
            assert (cell.outcome, cell.rule, cell.why) == (outcome, rule, why)
            asked = "not there" if way == "none" else outcome
            pays = cell.payers
            assert pays.out_of_tree == WORDS["out_of_tree"][asked]
            assert pays.users == WORDS["users"][asked]
            assert pays.maintainers == WORDS["maintainers"][way]
            glued = WORDS["in_tree"]["glue" if rule == "glue-hides-it" else "plain"]
            glued = glued.replace("{in_tree}", EVENTS[event]["in_tree"])
            assert pays.in_tree == glued.replace("{glue}", WAYS[way]["glue"])


def plain(thing: Any) -> Any:
    """A dataclass as the data files write it."""
    if isinstance(thing, tuple):
        return [plain(each) for each in thing]
    return {k: plain(v) for k, v in vars(thing).items()} if hasattr(thing, "__dict__") else thing


def with_rows(row: dict[str, Any]) -> dict[str, Any]:
    """The same, its references to history as pairs."""
    out = dict(row)
    for key, value in row.items():
        if key == "rows":
            out[key] = [[one["table"], one["where"]] for one in value]
        elif isinstance(value, dict):
            out[key] = with_rows(value)
    return out


def test_nothing_of_the_data_is_lost() -> None:
    assert [plain(way) for way in exposures().values()] == [with_rows(w) for w in WAYS.values()]
    assert [plain(event) for event in changes().values()] == [with_rows(e) for e in EVENTS.values()]
    for rule, row in zip(rules(), RULES["rules"], strict=True):
        assert plain(rule) == {**{k: v for k, v in row.items() if k != "surface"},
                               "surfaces": row["surface"]}  # fmt: skip
        hash(rule)
    assert exposure("kfunc") is exposures()["kfunc"]
    assert change("own-maps-6.8") is changes()["own-maps-6.8"]


def test_the_words_of_the_matrix() -> None:
    assert ABOUT == {
        "inside": "the idmap's inside: functions, structures, and what a reader of them walks",
        "elsewhere": "rules and kfuncs elsewhere",
    }
    assert [(sign, name, MEANINGS[name]) for name, sign in GLYPHS.items()] == [
        ("✓", "holds", "nothing to do"), ("≈", "adapts", "by itself"),
        ("↻", "rebuild", "compile again"), ("✎", "edit", "change the source"),
        ("◐", "partly", "some are refused"), ("✗", "breaks", "refuses to load or to work"),
        ("⚠", "wrong", "runs, misleads"), ("·", "not there", "did not exist yet"),
    ]  # fmt: skip
    assert list(MEANINGS) == list(GLYPHS)


def test_every_outcome_occurs() -> None:
    seen = {cell.outcome for row in cells().values() for cell in row.values()}
    assert seen == set(MEANINGS)


def test_the_worst_facet_counts() -> None:
    assert [f.surface for f in change("mnt-user-ns-gone-6.3").facets] == [
        "function", "export", "handle",
    ]  # fmt: skip
    assert consequence("export-gpl", "mnt-user-ns-gone-6.3").rule == "export-withdrawn"


def test_a_change_of_kfuncs_reaches_kfuncs_only() -> None:
    for event in changes().values():
        if {facet.surface for facet in event.facets} == {"kfunc"}:
            for way in set(exposures()) - {"kfunc", "kfunc-pointer"}:
                assert consequence(way, event.id).rule in ("not-reached", "not-there-yet")


def test_who_pays_differs_by_exposure() -> None:
    narrow, handle = (
        consequence(way, "mnt-user-ns-gone-6.3").payers for way in ("kfunc", "kfunc-pointer")
    )
    assert narrow.out_of_tree == "nothing to do"
    assert handle.out_of_tree.startswith("port the program")
    assert narrow.in_tree.endswith("the kfunc's own body is edited in the same series")
    assert "edited" not in consequence("kfunc", "hid-attach-6.11").payers.in_tree
    assert "edited" not in consequence("kfunc", "own-maps-6.8").payers.in_tree
    for file in (
        "fs/mnt_idmapping.c",
        "kernel/user_namespace.c",
    ):  # map_id_down() is no longer static
        assert file in consequence("kfunc", "own-maps-6.8").payers.in_tree
    assert consequence("none", "own-maps-6.8").payers.users == "have to look elsewhere"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: change("own-maps"), "did you mean 'own-maps-6.8'"),
        (lambda: change(""), "35 are known, from vfs-takes-userns-5.12 to cid-override-7.3"),
        (lambda: consequence("kprobe", "own-maps-6.8"), "unknown exposure 'kprobe'"),
        (lambda: change("ioctl"), "unknown change 'ioctl'; 35 are known"),
        (lambda: consequence("kfunc", ["own-maps-6.8"]), r"unknown change \['own-maps-6.8'\]"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_known_is_named(ask: object, words: str) -> None:
    assert callable(ask)
    with pytest.raises(NotKnown, match=words):
        ask()
