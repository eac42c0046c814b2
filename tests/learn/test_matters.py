# SPDX-License-Identifier: BSD-3-Clause
"""What the second half asks about: each key beside the model or the data it comes from."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kfuncviz import kfuncs
from kfuncviz.api import Scenario
from kfuncviz.evidence import tally
from kfuncviz.evidence.history import compare
from kfuncviz.evidence.idmap import ways
from kfuncviz.kfuncs import contracts
from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.thread import argument_map, messages
from kfuncviz.kfuncs.verifier import KERNELS, RELEASES, answer, ask
from kfuncviz.learn import card
from kfuncviz.learn.item import item
from kfuncviz.learn.judge import Judgement, judge, offered, right_answer, wrong_answers
from kfuncviz.learn.matters import Slip, matter
from kfuncviz.learn.matters.promise import BELIEVERS, KEEPERS, NOBODY, OUTSIDE
from kfuncviz.resources import data_dir

#: Owner, group and both as the disk stores them differ; one row for each of the two.
CASE = {
    "userns": {"rows": {"uid_map": [[1000, 2000, 10]], "gid_map": [[500, 600, 10]]}},
    "setup": [
        {"type": "file", "path": "f", "kuid": 1003, "kgid": 501},
        {"type": "file", "path": "lost", "kuid": 7, "kgid": 502},
    ],
    "mounts": {"m": {"userns": "rows"}},
}
FILE, INTO = "bpf_get_file_vfs_ids", "bpf_inode_into_vfs_ids"
MOUNT = "file->f_path.mnt of a trusted file"


def made(kind: str, /, **part: Any) -> Any:
    return matter(kind, part, CASE)


def slips(about: Any) -> dict[str, str]:
    return {slip.name: slip.answer for slip in about.slips()}


# ------------------------------------------------------------------------------ the wrappers


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ({"of": "both"}, "uid 2003, gid 601"),
        ({"of": "uid"}, "2003"),
        ({"of": "gid"}, "601"),
        ({"of": "u64"}, "0x00000259_000007d3"),
        ({"path": "lost"}, "uid 0xffffffff, gid 602"),
        ({"path": "lost", "of": "u64"}, "0x0000025a_ffffffff"),
        ({"via": "plain"}, "uid 1003, gid 501"),
        ({"name": INTO}, "uid 2003, gid 601"),
        ({"name": INTO, "idmap": "plain"}, "uid 1003, gid 501"),
        ({"name": INTO, "idmap": "m", "via": "plain"}, "uid 2003, gid 601"),
        ({"name": "bpf_is_idmapped_mnt"}, "yes"),
        ({"name": "bpf_is_idmapped_mnt", "via": "plain"}, "no"),
        ({"name": "bpf_file_mnt_idmap"}, "a pointer to the mount's own idmap"),
        ({"name": "bpf_file_mnt_idmap", "via": "plain"}, "a pointer to nop_mnt_idmap"),
        ({"path": "nowhere"}, "ENOENT"),
    ],
)
def test_what_a_wrapper_returns_is_asked_of_the_model(part: dict[str, Any], key: str) -> None:
    asked = made("wrapper", **{"name": FILE, "path": "f", "via": "m", **part})
    assert asked.key() == key
    assert key not in slips(asked).values()


def test_the_slips_of_a_wrapper_are_what_somebody_would_have_read() -> None:
    asked = made("wrapper", name=FILE, path="f", via="m")
    assert slips(asked) == {
        "halves exchanged": "uid 601, gid 2003", "the mount left out": "uid 1003, gid 501",
    }  # fmt: skip
    lost = made("wrapper", name=FILE, path="lost", via="m", of="uid")
    assert slips(lost) == {
        "halves exchanged": "602", "the mount left out": "7", "the overflow id": "65534",
    }  # fmt: skip
    wrong = made("wrapper", name=INTO, path="f", via="m", idmap="plain")
    assert slips(wrong)["the wrong idmap is noticed"] == "an error"
    assert slips(wrong)["the file's own idmap"] == "uid 2003, gid 601"
    assert slips(made("wrapper", name="bpf_file_mnt_idmap", path="f")) == {
        "NULL for no idmap": "NULL"
    }


def test_a_wrapper_is_drawn_and_told_with_its_number() -> None:
    value = kfuncs.bpf_get_file_vfs_ids(Scenario(CASE).open("lost", via="m"))
    asked = made("wrapper", name=FILE, path="lost", via="m")
    assert list(asked.told()) == [
        "The number: `0x0000025a_ffffffff`, the gid in the high half, the uid in the low one."
    ]
    assert asked.drawn(700).startswith("<svg")
    assert {"what": "would return", "says": f"{value:#018x} = {value}"} in asked.table()
    assert list(made("wrapper", name="bpf_is_idmapped_mnt", path="f").told()) == []
    pointer = made("wrapper", name="bpf_file_mnt_idmap", path="f")
    assert [row["what"] for row in pointer.table()] == ["prototype", "would return"]
    lost = made("wrapper", name=FILE, path="no")
    assert list(lost.told()) == ["Why: there is no 'no' in the directory."]
    assert (lost.drawn(700), lost.table(), slips(lost)) == ("", [], {})


# ------------------------------------------------------------------------------ the verifier


@pytest.mark.parametrize("at", RELEASES)
def test_a_call_is_answered_by_the_verifier_of_its_release(at: str) -> None:
    said = ask("bpf_is_idmapped_mnt", "LSM", MOUNT, at).verdict
    about = {"kfunc": "bpf_is_idmapped_mnt", "source": MOUNT, "release": at}
    assert made("verifier", **about).key() == ("accepted" if said.accept else "rejected")
    assert made("verifier", **about, of="line").key() == said.message
    assert made("verifier", **about, of="basis").key() == said.basis
    rule = made("verifier", **about, of="rule")
    assert rule.key() == ("accepted" if said.accept else said.rule)
    assert rule.hints()["null"] == "tested for NULL"


def test_a_call_may_carry_flags_and_sleep() -> None:
    about = {"kfunc": "bpf_is_idmapped_mnt", "source": MOUNT, "release": "6.12"}
    assert made("verifier", **about).key() == "accepted"
    assert made("verifier", **about, sleepable=True).key() == "rejected"
    assert made("verifier", **about, flags=["KF_TRUSTED_ARGS"], of="rule").key() == "trusted-args"


@pytest.mark.parametrize(
    ("part", "name", "wrong"),
    [
        ({"release": "6.12"}, "trust asked too early", "rejected"),
        ({"release": "6.18"}, "the right structure is enough", "accepted"),
        ({"release": "7.0"}, "no flag, no check", "accepted"),
        ({"record": "exe-file-untested"}, "NULL taken for trusted", "accepted"),
    ],
)
def test_a_wrong_verdict_is_told_by_its_slip(part: dict[str, Any], name: str, wrong: str) -> None:
    whole = {"kfunc": "bpf_is_idmapped_mnt", "source": MOUNT}
    about = {**part, **({"kernel": "6.12.43"} if "record" in part else whole)}
    assert slips(made("verifier", **about))[name] == wrong


def test_the_line_of_another_kernel_is_told_as_such() -> None:
    about = made("verifier", record="exe-file-untested", kernel="7.2.12", of="line")
    there = {answer("exe-file-untested", kernel).line for kernel in KERNELS}
    assert {about.key(), *(slip.answer for slip in about.slips())} == there
    (other,) = about.slips()
    assert other.told == "That is the answer of 7.1.13."
    assert list(about.told()) == [
        f"The line of 7.2.12: `{about.key()}`.",
        f"Why: {answer('exe-file-untested', '7.2.12').why}.",
        "Measured on 7.2.12.",
    ]  # fmt: skip


def test_a_call_is_drawn_and_a_program_of_the_record_is_not() -> None:
    call = made("verifier", kfunc="bpf_is_idmapped_mnt", source=MOUNT, release="6.18")
    assert "untrusted_ptr_" in call.drawn(800)
    assert {"what": "basis", "says": "modelled"} in call.table()
    record = made("verifier", record="exe-file", kernel="7.3.4")
    assert (record.drawn(800), record.table(), record.key()) == ("", [], "accepted")


# ------------------------------------------------------------------------------ the promises


def test_who_pays_follows_from_the_contracts() -> None:
    for change, cells in contracts.cells().items():
        for exposure, cell in cells.items():
            about = {"change": change, "exposure": exposure}
            assert made("promise", **about).key() == contracts.MEANINGS[cell.outcome]
            pays = made("promise", **about, of="pays").key()
            if cell.outcome in ("rebuild", "edit", "partly", "breaks"):
                assert pays == OUTSIDE
            elif cell.outcome == "wrong":
                assert pays == BELIEVERS
            else:
                assert pays == (KEEPERS if cell.rule == "glue-hides-it" else NOBODY)


def test_a_promise_is_told_with_the_price_of_the_other_ways() -> None:
    about = made("promise", change="own-maps-6.8", exposure="fentry-core")
    assert set(slips(about).values()) <= {*contracts.MEANINGS.values()} - {about.key()}
    slip = next(slip for slip in about.slips() if slip.answer == "some are refused")
    assert contracts.exposure("kfunc-pointer").title in slip.told
    assert contracts.consequence("fentry-core", "own-maps-6.8").why in slip.instead
    why, who, source = about.told()
    cell = contracts.consequence("fentry-core", "own-maps-6.8")
    assert why == f"Why: {cell.why}."
    assert who.endswith(f"Outside: {cell.payers.out_of_tree}.")
    assert "783822e44594" in source


# ------------------------------------------------------------------------------ the record


def test_a_count_is_that_of_the_tally() -> None:
    assert made("history", count="alive", until="6.5").key() == "113"
    assert made("history", count="died", since="6.11", until="6.11").key() == "1"
    assert made("history", count="renamed").key() == "21"
    assert made("history", count="commits of deaths").key() == "14"
    assert made("history", count="commits of prototypes").key() == "12"
    assert made("history", count="cohort", since="6.5").key() == "5"
    assert made("history", count="cohort", since="6.12", unit="percent").key() == "6.5"
    vfs = made("history", count="VFS names at the others' rate", since="6.8")
    assert vfs.key() == "0.9"
    assert next(iter(vfs.told())).endswith("of others born in the same time, 6.8 to 7.3.")
    later = made("history", count="VFS names at the others' rate", since="6.12")
    assert float(later.key()) == compare.vfs_at_the_others_rate("6.12") != 0.9
    assert made("history", count="helper signatures").key() == "69"
    assert made("history", count="helper signatures", since="6.3", until="6.3").key() == "52"
    assert made("history", count="helper signatures", since="6.4").key() == "13"
    survive = made("history", count="surviving", ends=["gone", "renamed"], age=8)
    assert survive.key() == f"{tally.surviving({'gone', 'renamed'}, 8):g}"
    for count, verdict in (("prototypes", "prototype changed"), ("bodies", "body edited")):
        about = made("history", count=f"wrapper {count}", wrapper=INTO, since="5.12")
        assert about.key() == str(tally.edits(verdict, INTO, "5.12"))  # type: ignore[arg-type]


def test_a_count_says_where_its_rows_are() -> None:
    for count, about in {
        "died": {}, "alive": {}, "cohort": {"since": "6.5"}, "renamed": {}, "commits of deaths": {},
        "surviving": {"ends": ["gone"], "age": 3},
        "wrapper bodies": {"wrapper": INTO, "since": "6.5"},
    }.items():  # fmt: skip
        *_, source = made("history", count=count, **about).told()
        (path,) = re.findall(r"data/history/[\w.]+\.gz", source)
        assert (data_dir().parent / path).exists() or (data_dir() / path[5:]).exists()
        assert ("only the two ends compared" in source) == (count == "cohort")
        assert ("product-limit estimate" in source) == (count == "surviving")


COUNTED = (
    "Counted: names that went, renames included, in 5.13 to 7.3, each against the release before."
)


def test_another_count_of_the_same_span_is_told_as_such() -> None:
    about = made("history", count="died")
    found = {slip.answer: slip.told for slip in about.slips()}
    assert set(found) == {"372", "4", "21", "14"}
    assert found["14"] == "That is another count: commits that took names away."
    assert next(iter(about.told())) == COUNTED
    one = made("history", count="died", since="6.11", until="6.11")
    assert next(iter(one.told())).endswith("included, in 6.11, each against the release before.")
    changed = made("history", count="commits of prototypes", since="6.12")
    assert "in substance, at most (1 recorded, every" in next(iter(changed.told()))
    part = made("history", count="cohort", since="6.5")
    assert "12" in {slip.answer for slip in part.slips()}
    assert ", of 113, 6.5 to 7.3." in next(iter(part.told()))


def test_a_way_is_followed_through_the_releases() -> None:
    for name in ("core", "offsets", "statmount", "pointer"):
        for at in ("6.1", "6.7", "6.8", "7.3"):
            about = made("way", way=name, release=at)
            assert about.key() == ways.verdict(name, at).verdict
            assert about.key() not in {slip.answer for slip in about.slips()}
            assert ways.verdict(name, at).reason in next(iter(about.told()))
    lost = made("way", way="core", release="6.8")
    assert {slip.answer: slip.told for slip in lost.slips()}["works"].endswith("on 6.5.")
    assert made("way", way="core", release="6.8", written="6.8").key() == "works"
    assert set(lost.choices()) <= {found.verdict for n in ("core", "offsets")
                                   for found in ways.verdicts(n)}  # fmt: skip


def test_the_thread_says_who_holds_what_and_where() -> None:
    for name, claim in argument_map().claims.items():
        assert made("thread", claim=name).key() == " and ".join(claim.by)
        assert made("thread", claim=name, of="message").key() == ", ".join(map(str, claim.messages))
        side = made("thread", claim=name, of="side")
        assert side.key() == argument_map().sides[claim.side]
        assert list(side.slips()) == []
    for mail in messages()[1:]:
        assert made("thread", mail=mail.n).key() == mail.author
        assert made("thread", mail=mail.n, of="message").key() == str(mail.reply_to)
    for name, fact in argument_map().evidence.items():
        then = made("thread", fact=name, of="then")
        assert then.key() == ("could be checked then" if fact.then else "came later")
        assert list(then.told()) == [fact.text, f"Source: {'; '.join(fact.sources)}."]


def test_another_mail_is_told_with_what_it_says() -> None:
    found = {slip.answer: slip.told for slip in made("thread", claim="small", of="message").slips()}
    assert set(found) == {str(n) for n in range(1, 14)} - {"4"}
    assert messages()[5].position in found["6"]
    people = {slip.answer for slip in made("thread", claim="need").slips()}
    assert people == {mail.author for mail in messages()} - {"Alexey Gladkov"}
    said = list(made("thread", claim="need").told())
    assert said[0] == argument_map().claims["need"].text
    assert said[1].startswith("Message 1, Alexey Gladkov, 2023-06-30: https://")


@pytest.mark.parametrize(
    ("name", "part", "said"),
    [
        ("wrapper", {"name": "bpf_x", "path": "f"}, "'bpf_x' is no wrapper"),
        ("wrapper", {"name": FILE, "path": "f", "idmap": "plain"}, "takes no idmap"),
        ("wrapper", {"name": FILE}, "missing 1 required"),
        ("wrapper", {"name": FILE, "path": "f", "of": "half"}, "'half' is no of of the wrapper"),
        ("verifier", {"kfunc": FILE}, "kfunc, source and release, or record and kernel"),
        ("verifier", {"record": "exe-fil", "kernel": "7.3.4"}, "did you mean 'exe-file'"),
        ("promise", {"change": "own-maps", "exposure": "kfunc"}, "did you mean 'own-maps-6.8'"),
        ("history", {"count": "deaths"}, "'deaths' is no count"),
        ("history", {"count": "surviving", "age": 99}, "no kfunc was watched for 99"),
        ("way", {"way": "core", "release": "9.9"}, "'9.9' is not in the data"),
        ("thread", {"claim": "x"}, "unknown claim 'x'"),
        ("thread", {}, "one of them"),
        ("thread", {"mail": 1, "of": "side"}, "a mail has none"),
        ("thread", {"mail": 1, "of": "then"}, "of a fact it is asked"),
        ("thread", {"mial": 1}, "did you mean 'mail'"),
        ("wrapper", {"document": {}}, "'document' is no part .* there is: name, path, via, idmap"),
    ],
)
def test_what_is_wrong_with_a_matter_is_named(name: str, part: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        matter(name, part, CASE)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("wrapper", {"name": FILE, "path": "lost", "via": "m"}),
        ("wrapper", {"name": INTO, "path": "f", "via": "m", "idmap": "plain"}),
        ("wrapper", {"name": "bpf_file_mnt_idmap", "path": "f"}),
        ("verifier", {"kfunc": "bpf_is_idmapped_mnt", "source": MOUNT, "release": "6.12"}),
        ("verifier", {"kfunc": "bpf_is_idmapped_mnt", "source": MOUNT, "release": "6.18"}),
        ("verifier", {"kfunc": "bpf_is_idmapped_mnt", "source": MOUNT, "release": "7.0"}),
        ("verifier", {"record": "exe-file-untested", "kernel": "6.12.43"}),
    ],
)
def test_a_slip_says_what_you_did_and_then_what_is_so(name: str, part: dict[str, Any]) -> None:
    for slip in matter(name, part, CASE).slips():
        assert slip.told.startswith("You "), slip.name
        assert not slip.instead.startswith("You "), slip.name
        assert not slip.name.endswith(".")


# ------------------------------------------------------------------------------ asked and judged

NUMBER = {"ask": "?", "form": "number", "history": {"count": "died"}, "near": 3, "why": "So."}


@pytest.mark.parametrize(
    ("said", "state", "distance"),
    [
        ("27", "right", ""),
        ("30", "right", "Your answer is 3 too high."),
        (" 24 %", "right", "Your answer is 3 too low."),
        ("0x1b", "right", ""),
        ("31", "wrong", "Your answer is 4 too high."),
        ("1_000", "wrong", "Your answer is 973 too high."),
        ("many", "wrong", ""),
        ("nan", "wrong", ""),
        ("1e999", "wrong", ""),
    ],
)
def test_a_guessed_number_may_be_near(said: str, state: str, distance: str) -> None:
    told = judge(item(NUMBER), said)
    assert (told.state, told.matched, told.key) == (state, distance, "27")


def test_what_is_told_names_the_slip_then_the_distance_then_the_source() -> None:
    asked = item({**NUMBER, "near": 0})
    told = judge(asked, "14")
    assert isinstance(told.misreading, Slip)
    assert told.misreading.name == "another count"
    said = [text for text in card.sentences(asked, told) if text]
    assert said[0] == (
        "\N{NOT EQUAL TO} The record says `27`. That is another count: commits that took names "
        "away."
    )
    assert said[2:4] == [
        "So.",
        COUNTED,
    ]
    plain = [text for text in card.sentences(asked, judge(asked, "26")) if text]
    assert plain[:3] == [
        "\N{NOT EQUAL TO} The record says `27`.", "Your answer is 1 too low.", "So.",
    ]  # fmt: skip
    right = [text for text in card.sentences(asked, judge(asked, "27")) if text]
    assert right[:2] == ["\N{CHECK MARK} Right: `27`.", "So."]


def test_choices_are_those_of_the_matter_or_the_key_among_its_slips() -> None:
    call = {"ask": "?", "verifier": {"record": "exe-file", "kernel": "7.3.4"}}
    assert offered(item(call)) == ("accepted", "rejected")
    assert judge(item(call), "rejected").matched == ""
    assert offered(item({"ask": "?", "history": {"count": "died"}})) == ("4", "21", "27", "372")
    way = {"ask": "?", "way": {"way": "pointer", "release": "7.3"}}
    assert right_answer(item(way)) == "depends on the build"
    assert "depends on the build" in offered(item(way))
    with pytest.raises(ValueError, match="the answer 'accepted' is not among the choices"):
        offered(item({**call, "choices": ["rejected", "either"]}))
    assert wrong_answers(item(call)) == {}


def test_a_known_refusal_is_a_value_error_and_never_a_traceback() -> None:
    assert issubclass(NotKnown, LookupError)
    with pytest.raises(ValueError, match="a question is about one thing, not promise and history"):
        item({"ask": "?", "history": {"count": "died"},
              "promise": {"change": "own-maps-6.8", "exposure": "kfunc"}})  # fmt: skip


# ------------------------------------------------------------------------------ a decision

REASON = {"say": "It is `small`.", "source": "message 4"}
SIDES = {"for": [REASON], "against": [{"say": "It moves.", "source": "change own-maps-6.8"}]}
DECISION = {"ask": "Which?", "form": "decision", "choices": ["one", "three"],
            "weighs": {"one": SIDES, "three": SIDES}}  # fmt: skip


def test_a_decision_has_no_key_and_nobody_is_wrong() -> None:
    asked = item(DECISION)
    assert right_answer(asked) is None
    assert wrong_answers(asked) == {}
    assert offered(asked) == ("one", "three")
    assert judge(asked, "one") == Judgement("weighed") == judge(asked, "three")
    assert judge(asked, "").state == "missing"
    assert asked.weighs["one"].speaks_for[0].source.startswith("message 4, Alexey Gladkov, https")
    assert "783822e44594" in asked.weighs["three"].against[0].source


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"weighs": {"one": SIDES}}, "weighs' each of its 'choices'"),
        ({"weighs": {"one": SIDES, "three": {"for": [REASON]}}}, "one against it"),
        ({"weighs": {"one": SIDES, "three": {"fro": [REASON]}}}, "did you mean 'for'"),
        ({"weighs": {"one": SIDES, "three": {**SIDES, "for": [{"say": "x"}]}}}, "a part 'source'"),
        ({"form": "choice", "history": {"count": "died"}}, "is for the form 'decision'"),
        ({"history": {"count": "died"}}, "a choice or a number, not a decision"),
    ],
)
def test_what_is_wrong_with_a_decision_is_named(part: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        item({**DECISION, **part})


@pytest.mark.parametrize("source", ["message 14", "change own-maps", "fact nothing"])
def test_a_source_that_leads_nowhere_is_named(source: str) -> None:
    sides = {**SIDES, "for": [{"say": "x", "source": source}]}
    with pytest.raises(ValueError, match="cites nothing"):
        item({**DECISION, "weighs": {"one": sides, "three": SIDES}})


def test_near_is_a_number_for_a_number() -> None:
    with pytest.raises(ValueError, match="'near' is a number"):
        item({**NUMBER, "near": "3"})
    with pytest.raises(ValueError, match="'near' is a number"):
        item({**NUMBER, "form": "choice"})
