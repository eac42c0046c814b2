# SPDX-License-Identifier: BSD-3-Clause
"""
Does one kfunc's record, and each fact, say what the rows say?
==============================================================
"""

from __future__ import annotations

import pytest

from kfuncviz.evidence import (
    UnknownKfunc,
    fact,
    facts,
    kfunc_history,
    names,
    promises,
    vfs_terms,
)
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history import announced
from kfuncviz.kfuncs.known import document
from kfuncviz.render.lifetimes import kfunc_text
from tests.evidence.rows import order, registered, rows


def test_lives_are_the_runs_of_the_rows() -> None:
    for name in names(tests=False):
        present = [name in registered().get(release, {}) for release in order()]
        for _, born, died, *_ in kfunc_history(name).lives:
            start = order().index(born)
            end = order().index(died) if died else len(order())
            assert all(present[start:end])
            assert not present[start - 1]
            assert not died or not present[end]
            present[start:end] = [False] * (end - start)
        assert not any(present), name


def test_terms_cover_every_release_of_every_life() -> None:
    history = kfunc_history("bpf_stream_vprintk")
    assert [life[1:3] for life in history.lives] == [("6.17", "6.18"), ("7.0", "")]
    assert history.alive
    spans = [(terms.first, terms.last) for terms in history.terms]
    assert spans == [("6.17", "6.17"), ("7.0", "7.2"), ("7.3", "7.3")]
    for terms in history.terms:
        assert dict(terms.row) == registered()[terms.first]["bpf_stream_vprintk"]


def test_texts_fit_80_columns_and_name_sources() -> None:
    for name in names():
        text = kfunc_text(kfunc_history(name))
        assert max(map(len, text.splitlines())) <= 80, name
        assert text.startswith(f"{name}: born ")
        assert "source" in text


def test_text_of_a_dead_one_says_when_and_why() -> None:
    text = kfunc_text(kfunc_history("scx_bpf_dispatch"))
    assert text.splitlines()[0] == "scx_bpf_dispatch: born 6.12, renamed 6.17"
    assert "scx_bpf_dsq_insert" in text
    assert "4ecf83741401" in text


def test_unknown_names_get_near_ones_or_a_plain_no() -> None:
    with pytest.raises(UnknownKfunc, match=r"5\.13 to 7\.3; near: bpf_get_file_xattr"):
        kfunc_history("bpf_get_file_xatr")
    for stranger in ("zzzz", "bpf_task_owner"):
        with pytest.raises(UnknownKfunc, match="names are known, none like it"):
            kfunc_history(stranger)
    with pytest.raises(UnknownKfunc, match="no kfunc 'bpf_is_idmapped_mnt' is registered"):
        kfunc_history("bpf_is_idmapped_mnt")


VALUES = {
    "lifecycle-text": "1 version, 5232 characters; not checked: 6.16",
    "kf-deprecated": "0 of 23 releases",
    "no-idmap-kfunc": "0 by name, 0 by prototype, of 400 names",
    "mnt-user-ns": "exported in 6.2; present 5.12 to 6.2",
    "readers": "CO-RE: 6.2 (fails to load), 6.8 (fails to load); fixed offsets: "
    "6.2 (silently wrong), 6.3 to 6.6 (not recorded), 6.8 (silently wrong), 6.12 (silently wrong), "
    "6.13 to 6.16 (silently wrong), 6.19 (silently wrong)",
    "sched-ext-dates": "11 dated promises, 0 kept on their date, 1 withdrawn",
    "vfs-accepted": "fs/bpf_fs_kfuncs.c 10; fs/binfmt_misc_bpf.c 4; fs/verity/measure.c 1",
    "wrappers": "since the thread 0 prototype changes and 0 body edits; since 5.12 2 and 6",
}


@pytest.mark.parametrize(("name", "value"), VALUES.items())
def test_values_of_facts(name: str, value: str) -> None:
    assert fact(name).value.startswith(value)
    assert fact(name).source


def test_there_are_these_facts_and_an_unknown_one_says_so() -> None:
    assert set(facts()["id"]) == set(VALUES)
    with pytest.raises(EvidenceError, match="no fact 'reader'; near: readers"):
        fact("reader")


def test_export_of_mnt_user_ns_from_the_rows() -> None:
    exported = [
        r["release"]
        for r in rows("idmap_api.csv.gz")
        if r["helper"] == "mnt_user_ns" and r["export"] == "EXPORT_SYMBOL_GPL"
    ]
    assert exported == ["6.2"]


def test_outcomes_of_promises_from_the_rows() -> None:
    for line in promises().to_dict("records"):
        present = [r for r in order() if line["kfunc"] in registered().get(r, {})]
        after = order().index(present[-1]) + 1
        assert line["gone_in"] == (order()[after] if after < len(order()) else "")
    outcomes = promises().groupby("outcome").size().to_dict()
    assert outcomes["gone later than announced"] == 7
    assert outcomes["due, still there"] == 3
    assert outcomes["announcement withdrawn"] == 1
    lines = promises().set_index("kfunc")
    assert lines.loc["scx_bpf_select_cpu_and", ["removal_release", "late"]].tolist() == ["7.2", 1]
    assert lines.at["scx_bpf_reenqueue_local", "withdrawn_in"] == "7.2"


@pytest.mark.parametrize(
    ("delay", "gone", "withdrawn", "outcome"),
    [
        (None, "7.3", "", "gone, no date was given"),
        (None, "", "", "still there, no date was given"),
        (2, "6.17", "", "gone later than announced"),
        (0, "6.15", "", "gone as announced"),
        (-1, "6.14", "", "gone as announced"),
        (0, "", "", "due, still there"),
        (-2, "", "", "not due yet"),
        (0, "", "7.2", "announcement withdrawn"),
        (2, "6.17", "6.16", "gone later than announced"),
    ],
)
def test_outcomes_by_example(
    delay: int | None, gone: str, withdrawn: str, outcome: str
) -> None:  # fmt: skip
    assert announced._outcome(delay, gone, withdrawn) == outcome


def test_vfs_terms_are_the_newest_rows() -> None:
    newest = registered()[order()[-1]]
    for line in vfs_terms().to_dict("records"):
        assert line["program_types"] == newest[line["kfunc"]]["program_types"]
        assert line["defined_in"].startswith("fs/")
    filters = {row["kfunc"]: row["admits"] for row in rows("filters.csv")}
    opened = {name: row for name, row in newest.items() if row["defined_in"].startswith("fs/")
              and "STRUCT_OPS" in row["program_types"].split("|")}  # fmt: skip
    assert filters.keys() == opened.keys()
    assert [name for name in sorted(filters) if filters[name] == "none"] == [
        "bpf_remove_dentry_xattr", "bpf_set_dentry_xattr",
    ]  # fmt: skip
    assert sum(admits == "binfmt_misc_ops" for admits in filters.values()) == 7  # six and a new one
    assert {name for name in filters if filters[name] == "binfmt_misc_ops/load"} == {
        name for name in newest if name.startswith("bpf_binprm_")
    }
    terms = vfs_terms().set_index("kfunc")["filter"].to_dict()
    assert terms == {name: f"STRUCT_OPS: {filters[name]}" if name in filters else ""
                     for name in terms}  # fmt: skip


# ------------------------------------------------------------------------------- the timeline


def test_the_timeline_goes_from_old_to_new() -> None:
    """What has a day stands by it; a release without one stands after the mails that led to it."""
    dated = [row["date"][:10] for row in rows("vfs_timeline.csv") if row["date"][4:5] == "-"]
    days = [day if len(day) == 10 else f"{day}-01" for day in dated]
    assert days == sorted(days)
    undated = [row["subject"] for row in rows("vfs_timeline.csv") if row["date"][4:5] != "-"]
    assert undated == ["v7.2", "v7.3"]


def test_the_timeline_has_the_refusal_of_the_thread_by_its_mails() -> None:
    messages = {one["n"]: one for one in document("thread", "messages")["messages"]}
    lines = {row["date"]: row for row in rows("vfs_timeline.csv") if "the thread" in row["subject"]}
    for n, date, kind in ((1, "2023-07", "proposal"), (3, "2023-07-04", "nak"),
                          (11, "2023-07-06", "review")):  # fmt: skip
        assert lines[date]["kind"] == kind
        assert messages[n]["message_id"] in lines[date]["reference"]
        assert messages[n]["date"].startswith(date) or n == 1
    assert "not yet ready" in lines["2023-07-06"]["outcome_paraphrased"]


def test_a_nak_is_credited_with_what_it_was_said_of() -> None:
    (said,) = (row for row in rows("vfs_timeline.csv") if row["date"] == "2024-08-19")
    refused, _, warned = said["outcome_paraphrased"].partition("; ")
    assert refused == "Brauner: NAK on a dentry argument for the inode_permission hook"
    assert warned.startswith("a kfunc that gets the parent would be very easy to misuse")


def test_what_is_pending_is_in_no_release() -> None:
    (pending,) = (row for row in rows("vfs_timeline.csv") if row["kind"] == "pending")
    assert "vfs-7.4.idmap" in pending["subject"]
    assert "in no release" in pending["outcome_paraphrased"]
    assert order()[-1] == "7.3"
    assert rows("releases.csv")[-1]["measured_at"] == "7.3.4"
    (shipped,) = (row for row in rows("vfs_timeline.csv") if row["date"] == "2026 (v7.3)")
    admitted = [row["kfunc"] for row in rows("filters.csv") if row["admits"] == "binfmt_misc_ops"]
    old = [name for name in admitted if name in registered()["7.2"]]
    assert "six fs kfuncs opened to STRUCT_OPS" in shipped["outcome_paraphrased"]
    assert (len(old), set(admitted) - set(old)) == (6, {"bpf_sock_read_xattr"})


def test_the_tag_of_a_release_is_what_was_measured() -> None:
    for row in rows("releases.csv"):
        first = row["measured_at"].split("+")[0].removesuffix("/")
        assert f"{row['tag']}.".startswith(f"v{row['release']}.")
        assert first in (row["tag"][1:], f"{row['tag'][1:]}.0")
