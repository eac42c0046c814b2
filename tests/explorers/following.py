# SPDX-License-Identifier: BSD-3-Clause
"""Events one after the other, as a page asks them, and what it then shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.explorers.engine.tokens import decode, encode


def follow(
    name: str, state: Any, events: Iterable[Any], width: int = 960
) -> Iterator[tuple[Any, dict[str, str]]]:
    """Each state that events lead to, with the regions a page has put together by then.

    They are those of the whole frame, the token is the only one for its state, and JSON keeps it;
    what is refused says why in words that can be printed.
    """
    module, token = explorer(name), encode(name, state)
    whole = ask(token, [], width)[0]["regions"]
    for sent in events:
        (answer,) = ask(token, [sent], width)
        if "trouble" in answer:
            assert answer["trouble"].isprintable()
            continue
        token, whole = answer["token"], whole | answer["regions"]
        opened, now = decode(token)
        assert (opened, encode(name, now)) == (name, token)
        assert module.from_json(module.to_json(now)) == now
        assert whole == ask(token, [], width)[0]["regions"]
        yield now, whole
