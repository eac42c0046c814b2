# SPDX-License-Identifier: BSD-3-Clause
"""
Share tokens
============

A token survives a mail; damage is noticed; hostile ones are refused within bounds.
"""

from __future__ import annotations

import base64
import json
import re
import textwrap
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading.document import JSON_MAX
from kfuncviz.scenario.reading.token import (
    KFV1,
    KFV2,
    TOKEN_MAX,
    decode,
    encode,
    find,
    is_token,
    pack,
    unpack,
)
from tests.generate import scenarios

SMALL = {"title": "who?", "ops": [{"op": "stat", "path": "f"}]}
TOKEN = encode(SMALL)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def packed(text: bytes) -> str:
    """A token with a right checksum of whatever text."""
    packer = zlib.compressobj(9, wbits=-15)
    body = packer.compress(text) + packer.flush() + zlib.crc32(text).to_bytes(4, "big")
    return "kfv1." + base64.urlsafe_b64encode(body).decode().rstrip("=")


def problem(token: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        decode(token)
    (problem,) = caught.value.problems
    assert problem.place == "token"
    assert str(problem).isprintable()
    assert len(str(problem)) < 200
    return problem.text


def test_a_token_is_safe_in_a_mail_a_url_and_a_shell_and_short() -> None:
    for name in gallery():
        document = load(name)
        token = encode(document)
        assert re.fullmatch(r"kfv1\.[A-Za-z0-9_-]+", token)
        assert len(token) < len(json.dumps(document))
        assert decode(token) == document


@pytest.mark.parametrize("document", scenarios(20, 7), ids=lambda document: document["id"])
def test_generated_scenarios_come_back_equal(document: dict[str, Any]) -> None:
    assert decode(encode(document)) == document


@pytest.mark.parametrize("prefix", ["", "> ", ">> ", ">>> \t", "  "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_quoted_and_wrapped_token_is_read(prefix: str, newline: str) -> None:
    token = encode(load("home-on-a-stick"))
    mail = newline.join(prefix + line for line in textwrap.wrap(token, 60))
    assert is_token(mail)
    assert decode(mail) == decode(token)
    assert load(mail) == load("home-on-a-stick")


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="utf-8"))
def test_a_changed_character_is_noticed_or_changes_nothing(position: int, letter: str) -> None:
    changed = TOKEN[:position] + letter + TOKEN[position + 1 :]
    with suppress(ScenarioError):
        assert decode(changed) == SMALL
        return
    assert problem(changed)


def test_every_letter_in_every_place_is_noticed_or_changes_nothing() -> None:
    for position in range(5, len(TOKEN)):
        for letter in LETTERS.replace(TOKEN[position], ""):
            with suppress(ScenarioError):
                assert decode(TOKEN[:position] + letter + TOKEN[position + 1 :]) == SMALL


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_a_token_that_is_cut_off_is_noticed(length: int) -> None:
    assert problem(TOKEN[:length])


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("kfv2.AAAA", "it holds what an explorer shows; kfuncviz.explore opens it"),
        ("kfv3.AAAA", "version 3 of the format; this program reads versions 1 and 2"),
        ("kfv9999.AAAA", "version 9999"),
        ("xfv1.AAAA", "does not start with 'kfv1.'"),
        ("", "does not start with"),
        ("kfv1.", "too short"),
        ("kfv1.AAAA", "too short"),
        ("kfv1.AAAAAAAAA", "missing or one too many"),
        ("kfv1.AA+A", "'+' at character 8"),
        ("kfv1.\x1b[31m", r"'\x1b' at character 6"),
        ("kfv1.\u202eAAA", r"'\u202e' at character 6"),
        ("kfv1." + "A" * (TOKEN_MAX + 1), f"{TOKEN_MAX} is the most"),
        ("kfv1." + "_" * 400, "does not unpack"),
        (packed(b"\xff{}"), "not UTF-8"),
        (packed(b"[" * 5_000_000), "nested deeper than 32"),
        (packed(b"ops: []"), "not JSON"),
        (packed(b"!!python/object/apply:os.system [id]"), "not JSON"),
        (packed(b"0" * (1 << 20)), "not JSON"),
        (packed(b" " * (JSON_MAX + 1)), f"unpacks to more than {JSON_MAX} bytes"),
        (packed(b"\0" * (40 << 20)), f"unpacks to more than {JSON_MAX} bytes"),
    ],
    ids=str,
)
def test_hostile_tokens_are_refused(token: str, words: str) -> None:
    assert words in problem(token)


@pytest.mark.parametrize(("before", "found"), [(49, TOKEN), (50, None)])
def test_fifty_places_of_a_text_are_looked_at(before: int, found: str | None) -> None:
    assert find("kfv1.AAAA " * before + TOKEN) == found


def test_what_tokens_are_packed_with_never_changes() -> None:
    assert (KFV1.prefix, KFV1.words, KFV2.prefix) == ("kfv1.", b"", "kfv2.")
    assert (len(KFV2.words), zlib.crc32(KFV2.words)) == (499, 2454446411)


def test_a_token_of_an_explorer_is_found_with_the_id_behind_it() -> None:
    token = pack({"kind": "gid", "by": "root"}, KFV2)
    assert unpack(token, KFV2) == {"kind": "gid", "by": "root"}
    for behind, found in (("", ""), ("~12", "~12"), ("~12.", "~12"), ("~x", ""), (" ~12", "")):
        assert find(f"see <{token}{behind}> and kfv1.AAAA") == token + found
    assert find(f"{TOKEN}~12") == TOKEN
    assert find("kfv3.AAAA kfv1.AAAA") is None


def test_junk_behind_the_packed_text_is_noticed() -> None:
    body = base64.urlsafe_b64decode(TOKEN[5:] + "=" * (-len(TOKEN[5:]) % 4))
    longer = body[:-4] + b"junk" + body[-4:]
    assert "checksum" in problem("kfv1." + base64.urlsafe_b64encode(longer).decode().rstrip("="))


def test_what_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(ScenarioError, match="too large for a token; save it as a file"):
        encode({"notes": "x" * (JSON_MAX + 1)})


def test_the_document_in_a_token_is_validated() -> None:
    with pytest.raises(ScenarioError, match="opps: unknown key, did you mean 'ops'"):
        load(encode({"opps": []}))


@pytest.mark.parametrize("name", ["kfv.yaml", "kf", "./kfv1.yaml", "keep-id", "kfvx.AAAA"])
def test_names_of_files_are_not_taken_for_tokens(name: str) -> None:
    assert not is_token(name)


#: A token made before the format knew of ids that change, and what its program gave then.
OLD = (
    "kfv1.bY_LasMwEEX_ZdZapKSyweuSlYmgm1KMMa6sJiG2RuhBG4z-PRrZ5FGqhaQr3Zkzd4bglNUOqhkMDnSE09BNv"
    "YGqaTbsZUOLFZxvi7aNkYFTPtDnDP5iFFSgfhUwML0_kkjXc-oAFWcw4UCG15JziC3poH1GTRm0kjOYwffYH5JqQKO"
    "jDpkm-3FUNtdI2pbeeaoEOB8e1Z9-9m4taGwZrPo6-RVhEf2CQONyHDRLGPmYJrL1Qx7xR3e56p-w5c2HRulnxy2X6"
    "N7fxL7-TG-i24udqGvxkWZo4xWibhzm"
)
GAVE = {
    "uid": {"real": 6, "eff": 5, "saved": 5, "fs": 5},
    "gid": {"real": 5, "eff": 5, "saved": 5, "fs": 5},
    "cap_prm": 0,
    "cap_eff": 0,
}


def test_an_old_token_is_read_and_answered_as_it_was() -> None:
    document = decode(OLD)
    assert document["callers"]["c"]["ruid"] == 100006
    assert validate(document) == []
    done = replay(document)["ops"]
    assert done[0]["ret"] == GAVE
    assert [(op["err"], op["disk"]["uid"]) for op in done] == [(None, 5), (None, 7), (None, 7)]
