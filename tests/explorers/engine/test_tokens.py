# SPDX-License-Identifier: BSD-3-Clause
"""Tokens of states: short, sound, checked part by part, found in a mail."""

from __future__ import annotations

import base64
import re
import textwrap
import zlib
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.tokens import decode, encode, find, named, opened, resolved
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading import token as packing
from kfuncviz.scenario.reading.document import JSON_MAX
from kfuncviz.scenario.reading.token import KFV2, TOKEN_MAX, pack
from tests.explorers.scenarios import SCENARIO

START = ownership.first("home-on-a-stick")
OWN = ownership.first(SCENARIO)
TOKEN = encode("ownership", START)


def varied(name: str) -> list[ownership.State]:
    """States a hand makes of a gallery scenario."""
    state = ownership.first(name)
    root = replace(
        state, by="root", via="plain", mount_idmapped=False, in_container=False, path="."
    )
    far = replace(
        root, fs_in_userns=True, kind="gid", direction="chown", id=LAST_ID, entry=None, step=3,
        maps=(("fs.gid", "0 300000 65536\n70000 400000 12"),), folds=("steps", "mail"),
        drafts=(("mount.uid", "0 100000 65536\n5 5 1"),), refused=("direction", "read"),
    )  # fmt: skip
    return [state, replace(state, id=4000000000, entry=None, direction="read"), root, far]


@pytest.mark.parametrize("name", gallery())
def test_a_gallery_variation_is_short_and_comes_back(name: str) -> None:
    for state in varied(name):
        token = encode("ownership", state)
        assert len(token) <= 200
        assert re.fullmatch(r"kfv2\.[\w-]+(~\d+)?", token)
        assert opened(token) == ("ownership", state, "")


def test_any_other_scenario_is_written_out() -> None:
    assert decode(encode("ownership", OWN)) == ("ownership", OWN)
    assert load(OWN.scenario) == SCENARIO


def test_the_id_stands_last_and_only_where_one_is_asked_about() -> None:
    seven, eight = (encode("ownership", replace(START, id=id)) for id in (7, 8))
    assert seven == f"{TOKEN}~7"
    assert eight == f"{TOKEN}~8"
    focus = ownership.first({**SCENARIO, "focus": {"id": 7}})
    assert encode("ownership", focus).endswith("~7")
    assert decode(encode("ownership", replace(focus, id=None)))[1].id is None


def test_a_first_version_token_opens_for_ever() -> None:
    document = {"title": "who?", "ops": [{"op": "stat", "path": "f"}]}
    written = "kfv1.q1YqySzJSVWyUirPyLdX0lHKLyhWsoquBtJAseKSxBKgWEFiSQaQl6ZUG1sLAIYsVxM"
    assert load(written) == document
    assert decode(written) == ("ownership", ownership.first(document))


# ----------------------------------------------------------------------------- damage


def refused(token: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        decode(token)
    (problem,) = caught.value.problems
    assert problem.place in ("token", "opps")
    assert str(problem).isprintable()
    assert len(str(problem)) < 400
    return problem.text


def packed(text: bytes) -> str:
    """A token with a right checksum of whatever text."""
    packer = zlib.compressobj(9, wbits=-15, zdict=KFV2.words)
    body = packer.compress(text) + packer.flush() + zlib.crc32(text).to_bytes(4, "big")
    return "kfv2." + base64.urlsafe_b64encode(body).decode().rstrip("=")


NAMED = f"home-on-a-stick@{tokens._hash('home-on-a-stick')}"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "does not start with 'kfv1.' or 'kfv2.'"),
        ("kfv3.AAAA", "version 3 of the format; this program reads versions 1 and 2"),
        ("kfv2.", "too short"),
        ("kfv2.AAAAAAAAA", "missing or one too many"),
        ("kfv2.AA+A", "'+' at character 8"),
        ("kfv2." + "A" * (TOKEN_MAX + 1), f"{TOKEN_MAX} is the most"),
        ("kfv2." + "_" * 400, "does not unpack"),
        (TOKEN[:-6], "damaged"),
        (TOKEN + "~", "'' is no id; want a whole number up to 4294967294"),
        (TOKEN + "~007", "'007' is no id"),
        (TOKEN + "~-1", "'-1' is no id"),
        (TOKEN + "~4294967295", "'4294967295' is no id"),
        (TOKEN + "~7~8", "'7~8' is no id"),
        (TOKEN + "~" + "9" * 5000, "is no id"),
        (packed(b"[" * 5_000_000), "nested deeper than 32"),
        (packed(b"\0" * (JSON_MAX + 1)), f"unpacks to more than {JSON_MAX} bytes"),
        (packed(b"{}"), "want explorer, scenario and changes, not {}"),
        (packed(b"[1,2]"), "want explorer, scenario and changes, not [1, 2]"),
        (pack(["ownr", NAMED, {}], KFV2), "'ownr' is no explorer"),
        (pack([["x"], NAMED, {}], KFV2), "['x'] is no explorer"),
        (pack(["ownership", "home@1", {}], KFV2), "'home' is no scenario of the gallery"),
        (pack(["ownership", 7, {}], KFV2), "a scenario is a text, not 7"),
        (pack(["ownership", {"opps": []}, {}], KFV2), "unknown key, did you mean 'ops'"),
        (pack(["ownership", NAMED, 7], KFV2), "a state is an object, not 7"),
        (pack(["ownership", NAMED, {"bye": "x"}], KFV2), "'bye' is no part of a state"),
        (pack(["ownership", NAMED, {"id": 7}], KFV2), "'id' is no part of a state"),
        (pack(["ownership", NAMED, {"scenario": NAMED}], KFV2), "'scenario' is no part of a state"),
        (pack(["ownership", NAMED, {"by": "x"}], KFV2), "'x' is no by; there is"),
        (pack(["ownership", NAMED, {"kind": 7}], KFV2), "kind is a text, not 7"),
        (pack(["ownership", NAMED, {"step": -1}], KFV2), "step is -1; want how many calls"),
        (pack(["ownership", NAMED, {"maps": [["x"]]}], KFV2), "maps has a target and a value"),
        (pack(["ownership", NAMED, {"folds": ["\x1b[2J"]}], KFV2), r"'\x1b[2J' is no fold"),
    ],
    ids=lambda text: text[:40],
)
def test_a_bad_token_gives_one_plain_line_that_says_what_is_wrong(token: str, words: str) -> None:
    assert words in refused(token)


def test_damage_is_noticed_letter_by_letter() -> None:
    for at in range(5, len(TOKEN)):
        other = "A" if TOKEN[at] != "A" else "B"
        with suppress(ScenarioError):
            assert decode(TOKEN[:at] + other + TOKEN[at + 1 :])[1] == START
            continue
        assert refused(TOKEN[:at] + other + TOKEN[at + 1 :])


def test_a_case_that_changed_since_opens_with_a_notice() -> None:
    notice = "The gallery's home-on-a-stick has changed since this link was made."
    old = pack(["ownership", "home-on-a-stick@00000000", {"kind": "gid"}], KFV2)
    assert opened(old) == ("ownership", replace(START, kind="gid"), notice)
    gone = pack(["ownership", "home-on-a-stick@00000000", {"by": "nobody"}], KFV2)
    assert refused(gone).startswith(f"{notice} 'nobody' is no by")


def test_the_hash_is_of_what_the_scenario_says_not_of_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = tokens._hash("keep-id")
    document = load("keep-id")

    def hashed(changed: dict[str, Any]) -> str:
        monkeypatch.setattr(tokens, "load", lambda _: document | changed)
        return tokens._hash.__wrapped__("keep-id")

    assert hashed({"title": "x", "notes": "y", "source": "z"}) == known
    assert hashed({"callers": {}}) != known
    assert re.fullmatch("[0-9a-f]{8}", known)


# ----------------------------------------------------------------------------- in a mail


@pytest.mark.parametrize("state", [START, replace(START, id=1000), OWN, replace(OWN, id=0)])
@pytest.mark.parametrize("quote", ["", "> ", ">> > "])
def test_a_token_is_found_in_a_mail(state: ownership.State, quote: str) -> None:
    token = encode("ownership", state)
    lines = ["Hello kfv2.ly,", "", *textwrap.wrap(token, 76), "Yours", "--", "Bob"]
    assert find("\r\n".join(quote + line for line in lines)) == token
    assert find(f"(see https://example.org/#{token}). So") == token
    assert find(f"{token}\nAAAA\nBBBB") == token


def test_of_several_the_first_sound_one_is_found() -> None:
    assert find(f"kfv2.AAAA {TOKEN[:-3]} {TOKEN} {packing.encode(SCENARIO)}") == TOKEN
    assert find(f"{TOKEN}~12345678901") == f"{TOKEN}~1234567890"
    assert find(f"{packing.encode(SCENARIO)}~7") == packing.encode(SCENARIO)


@pytest.mark.parametrize(
    "text", ["", "kfv2.", "kfv2.yaml", "./kfv1.yaml", TOKEN[:-1], "kfv2.\n" * 99]
)
def test_nothing_is_found_where_nothing_is(text: str) -> None:
    assert find(text) is None


def test_a_huge_text_is_searched_within_bounds() -> None:
    assert find("kfv1." + "A" * (4 << 20)) is None
    assert find("kfv2.AAAA " * 50 + TOKEN) is None
    assert find(packing.KFV1.prefix + packed(b" " * (JSON_MAX + 1))[5:]) is None


# ------------------------------------------------------------------------ as a scenario


def test_a_pasted_token_becomes_the_scenario_as_shown() -> None:
    off = replace(START, mount_idmapped=False, kind="gid", id=7)
    document = resolved(f"> {encode('ownership', off)}\n> Bob")
    assert document["mounts"]["stick"]["userns"] is None
    assert document["focus"]["kind"] == "gid"
    assert ownership.first(document) == replace(off, scenario=packing.encode(document))
    entry = ownership.first("acl-with-a-strange-number")
    assert ownership.first(ownership.scenario(entry)).entry == "user:986"


def test_a_refused_question_keeps_its_scenario() -> None:
    lost = ownership.first({**SCENARIO, "focus": {"path": "nowhere"}})
    document = ownership.scenario(lost)
    assert document == {**SCENARIO, "focus": document["focus"]}
    assert document["focus"]["path"] == "nowhere"


def test_what_is_no_token_stays_as_it_is() -> None:
    assert resolved("keep-id") == "keep-id"
    assert resolved(SCENARIO) is SCENARIO
    assert resolved(f"a {packing.encode(SCENARIO)} b") == packing.encode(SCENARIO)


@pytest.mark.parametrize("name", gallery())
def test_every_case_of_the_gallery_is_told_by_its_name(name: str) -> None:
    assert named(load(name)) == name
