# SPDX-License-Identifier: BSD-3-Clause
"""
Share tokens: a scenario in a line of text
==========================================

``kfv1.`` and then letters, digits, ``-`` and ``_`` only: safe in a mail, a URL and a shell.  Inside
is compressed JSON with a checksum.  Reading one runs no code, is bounded in size, and tells damage
from a token of another version.  White space and the ``>`` of a quoting mail program are ignored.

A ``kfv2.`` token is packed the same way.  It holds a scenario and what an explorer shows of it;
:mod:`kfuncviz.explorers.engine.tokens` reads that.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple

from kfuncviz.scenario.problems import ScenarioError, unusable
from kfuncviz.scenario.reading.document import JSON_MAX, decoded
from kfuncviz.scenario.reading.json_text import parse_json

#: The most characters a token may have; about two thousand is usual.
TOKEN_MAX = 1 << 20
_CHECK = 4
#: In how many places of a text a token is looked for.
_TRIED = 50


class Form(NamedTuple):
    """A version of the format: its number, and the words its packer knows beforehand."""

    version: int
    words: bytes = b""

    @property
    def prefix(self) -> str:
        """What its tokens begin with."""
        return f"kfv{self.version}."


KFV1 = Form(1)
#: Its words are what states often hold; tokens are packed with them, so no letter may ever change.
KFV2 = Form(
    2,
    b'4294967295 65535 65534 "rootid","user:","group:","default:"compare":{"zoom":"selection":'
    b'"entry":"kernel":"6."refused":"drafts":[["id","folds":["about","table","calls","scale",'
    b'"mail","token"],"step":"path":"fs.gid","fs.uid","caller.gid","caller.uid","mount.gid",'
    b'"maps":[["mount.uid","0 100000 65536\\n1000 1000 1"]],"by":"root","via":"plain",'
    b'"kind":"gid","direction":"create","direction":"chown","fs_in_userns":true,'
    b'"in_container":false,"mount_idmapped":false}]["ownership","container-root-filesystem@',
)


def encode(document: Mapping[str, Any]) -> str:
    """The token of a scenario; :class:`ScenarioError` if it would be too long to be read again.

    >>> decode(encode({"ops": []}))
    {'ops': []}
    """
    return pack(document, KFV1)


def pack(value: Any, form: Form) -> str:
    """A JSON value as a token; :class:`ScenarioError` if it would be too long to be read again.

    >>> unpack(pack([1, None], KFV2), KFV2)
    [1, None]
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    packer = zlib.compressobj(9, wbits=-15, zdict=form.words)
    packed = packer.compress(text) + packer.flush() + zlib.crc32(text).to_bytes(_CHECK, "big")
    body = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(text) > JSON_MAX or len(body) > TOKEN_MAX:
        raise unusable("too large for a token; save it as a file instead")
    return form.prefix + body


def is_token(text: str) -> bool:
    """Whether a text means to be a token, of whatever version and however quoted.

    >>> is_token("> kfv1.q1bKLyhW"), is_token("kfv.yaml"), is_token("./kfv1.yaml")
    (True, False, False)
    """
    return re.match(r"[\s>]*kfv\d{1,4}\.", text) is not None


def version(token: str) -> int:
    """The version a token says it has; :class:`ScenarioError` where it is none of ours.

    >>> version("kfv1.AAAA")
    1
    """
    said = re.match(r"[\s>]*kfv(\d{1,4})\.", token)
    if said is None:
        raise _damage(f"it does not start with {KFV1.prefix!r} or {KFV2.prefix!r}")
    if int(said[1]) not in (KFV1.version, KFV2.version):
        raise _damage(f"version {said[1]} of the format; this program reads versions 1 and 2")
    return int(said[1])


def find(text: str) -> str | None:
    """The first sound token in a text, put together again where a mail has wrapped or quoted it.

    Where it ends is read from what it holds: it may stand in a link, in brackets or right above a
    signature.  ``None`` where there is none.

    >>> find(f"see <https://example.org/#{encode({'ops': []})}>.") == encode({"ops": []})
    True
    """
    for begin in islice(re.finditer(r"kfv([12])\.", text), _TRIED):
        form = KFV1 if begin[1] == "1" else KFV2
        at = begin.end()
        run = _LETTERS.match(text, at, at + 2 * TOKEN_MAX)
        letters = re.sub(r"[\s>]+", "", run[0]) if run else ""
        used = _sound(letters, form)
        if used:
            *_, last = islice(re.finditer(r"[\w-]", text[at : at + 2 * TOKEN_MAX]), used)
            id = _BEHIND[form].match(text, at + last.end())
            return form.prefix + letters[:used] + (id[0] if id else "")
    return None


#: What may stand behind a token: the id an explorer is asked about.
_BEHIND = {KFV1: re.compile(""), KFV2: re.compile(r"~[0-9]{1,10}|")}
#: The letters of a token, across line ends and the marks of a quoting mail program.
_LETTERS = re.compile(r"[\w-]+(?:[^\S\n]*\n[\s>]*[\w-]+)*", re.ASCII)


def _sound(letters: str, form: Form) -> int:
    """How many of some letters are a token's body: packed text with its checksum; 0 for none."""
    packed = base64.urlsafe_b64decode(letters + "A" * (-len(letters) % 4))
    unpacker = zlib.decompressobj(wbits=-15, zdict=form.words)
    try:
        text = unpacker.decompress(packed, JSON_MAX + 1)
    except zlib.error:
        return 0
    size = len(packed) - len(unpacker.unused_data) + _CHECK
    check = packed[size - _CHECK : size]
    whole = unpacker.eof and len(text) <= JSON_MAX
    if not whole or zlib.crc32(text).to_bytes(_CHECK, "big") != check:
        return 0
    used = -(-size * 4 // 3)
    return used if used <= len(letters) else 0


def decode(token: str) -> Any:
    """The document in a token; raises :class:`ScenarioError` if it is damaged or hostile.

    Of a ``kfv2.`` token the explorers know what it holds; here it is refused.

    >>> decode("kfv1.AAAA")
    Traceback (most recent call last):
        ...
    kfuncviz.scenario.problems.ScenarioError: token: damaged: too short
    """
    if version(token) != KFV1.version:
        raise _damage("it holds what an explorer shows; kfuncviz.explore opens it")
    return unpack(token, KFV1)


def unpack(token: str, form: Form) -> Any:
    """The JSON value in a token; :class:`ScenarioError` says what is wrong with it."""
    body = re.sub(r"[\s>]+", "", token).removeprefix(form.prefix)
    if len(body) > TOKEN_MAX:
        raise _damage(f"{len(body)} characters; {TOKEN_MAX} is the most")
    stray = re.search(r"[^A-Za-z0-9_-]", body)
    if stray:
        raise _damage(f"damaged: {stray[0]!r} at character {stray.start() + len(form.prefix) + 1}")
    if len(body) % 4 == 1:
        raise _damage("damaged: a character is missing or one too many")
    packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    try:
        return parse_json(decoded(_unpack(packed, form)))
    except ScenarioError as error:
        if error.problems[0].place == "token":
            raise
        raise _damage(f"sound, but what it holds is not: {error.problems[0]}") from None


def _unpack(packed: bytes, form: Form) -> bytes:
    if len(packed) <= _CHECK:
        raise _damage("damaged: too short")
    unpacker = zlib.decompressobj(wbits=-15, zdict=form.words)
    try:
        text = unpacker.decompress(packed[:-_CHECK], JSON_MAX + 1)
    except zlib.error:
        raise _damage("damaged: it does not unpack") from None
    if len(text) > JSON_MAX:
        raise _damage(f"it unpacks to more than {JSON_MAX} bytes")
    if not unpacker.eof:
        raise _damage("damaged: cut off")
    if unpacker.unused_data or zlib.crc32(text).to_bytes(_CHECK, "big") != packed[-_CHECK:]:
        raise _damage("damaged: the checksum does not match")
    return text


def _damage(text: str) -> ScenarioError:
    return unusable(text, "token")
