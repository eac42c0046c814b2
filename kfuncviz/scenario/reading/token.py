# SPDX-License-Identifier: BSD-3-Clause
"""
Share tokens: a scenario in a line of text
==========================================

``kfv1.`` and then letters, digits, ``-`` and ``_`` only: safe in a mail, a URL and a shell.  Inside
is compressed JSON with a checksum.  Reading one runs no code, is bounded in size, and tells damage
from a token of another version.  White space and the ``>`` of a quoting mail program are ignored.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from kfuncviz.scenario.problems import ScenarioError, unusable
from kfuncviz.scenario.reading.document import JSON_MAX, decoded
from kfuncviz.scenario.reading.json_text import parse_json

PREFIX = "kfv1."
#: The most characters a token may have; about two thousand is usual.
TOKEN_MAX = 1 << 20
_CHECK = 4


def encode(document: Mapping[str, Any]) -> str:
    """The token of a scenario; :class:`ScenarioError` if it would be too long to be read again.

    >>> decode(encode({"ops": []}))
    {'ops': []}
    """
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(text) + packer.flush() + zlib.crc32(text).to_bytes(_CHECK, "big")
    body = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(text) > JSON_MAX or len(body) > TOKEN_MAX:
        raise unusable("too large for a token; save it as a file instead")
    return PREFIX + body


def is_token(text: str) -> bool:
    """Whether a text means to be a token, of whatever version and however quoted.

    >>> is_token("> kfv1.q1bKLyhW"), is_token("kfv.yaml"), is_token("./kfv1.yaml")
    (True, False, False)
    """
    return re.match(r"[\s>]*kfv\d{1,4}\.", text) is not None


def decode(token: str) -> Any:
    """The document in a token; raises :class:`ScenarioError` if it is damaged or hostile.

    >>> decode("kfv1.AAAA")
    Traceback (most recent call last):
        ...
    kfuncviz.scenario.problems.ScenarioError: token: damaged: too short
    """
    token = re.sub(r"[\s>]+", "", token)
    if not token.startswith(PREFIX):
        version = re.match(r"kfv(\d{1,4})\.", token)
        if version:
            raise _damage(f"version {version[1]} of the format; this program reads version 1")
        raise _damage(f"it does not start with {PREFIX!r}")
    body = token.removeprefix(PREFIX)
    if len(body) > TOKEN_MAX:
        raise _damage(f"{len(body)} characters; {TOKEN_MAX} is the most")
    stray = re.search(r"[^A-Za-z0-9_-]", body)
    if stray:
        raise _damage(f"damaged: {stray[0]!r} at character {stray.start() + len(PREFIX) + 1}")
    if len(body) % 4 == 1:
        raise _damage("damaged: a character is missing or one too many")
    packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    try:
        return parse_json(decoded(_unpack(packed)))
    except ScenarioError as error:
        if error.problems[0].place == "token":
            raise
        raise _damage(f"sound, but what it holds is not: {error.problems[0]}") from None


def _unpack(packed: bytes) -> bytes:
    if len(packed) <= _CHECK:
        raise _damage("damaged: too short")
    unpacker = zlib.decompressobj(wbits=-15)
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
