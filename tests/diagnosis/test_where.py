# SPDX-License-Identifier: BSD-3-Clause
"""Where a line was seen: prompts, commands that go in and come out, words."""

from __future__ import annotations

import pytest

from kfuncviz.diagnosis.where import lines, place

FILE = "-rw-r--r-- 1 0 0 0 Jan 1 00:00 f"


def seen(text: str) -> list[tuple[bool | None, str]]:
    """Where each listed file was seen, and what was being listed."""
    return [(line.inside, line.at) for line in lines(text) if line.text == FILE]


@pytest.mark.parametrize(
    ("before", "inside", "at"),
    [
        ("", None, ""),
        ("ls -ln /srv", False, "/srv"),
        ("$ ls -l -n b/c", False, "b/c"),
        ("$ ls -ln", False, ""),
        ("me@host:~$ ls /x", False, "/x"),
        ("root@pve:/# ls -ln /x", False, "/x"),
        ("root@3f2a1b4c5d6e:/# ls -ln /x", True, "/x"),
        ("[root@3f2a1b4c5d6e x]# ls -ln /x", True, "/x"),
        ("/ # ls -ln /x", True, "/x"),
        ("/srv # ls -ln /x", False, "/x"),
        ("bash-5.1$ ls -ln .", True, "."),
        ("docker exec -it web ls -ln /data", True, "/data"),
        ("kubectl exec pod -- stat /data", True, ""),
        ("docker run -v /a:/b img", False, ""),
        ("podman unshare ls -ln f", True, "f"),
        ("pct enter 101", True, ""),
        ("docker exec -it web sh\n# ls -ln /x", True, "/x"),
        ("docker exec -it web bash\nroot@web:/# ls -ln /x\n# exit", False, ""),
        ("docker exec web ls -ln /data\n$ ls -ln /srv", False, "/srv"),
        ("docker exec web ls -ln /data\ncat /etc/subuid", False, ""),
        ("In the container I see:", True, ""),
        ("inside:", True, ""),
        ("ls -ln, on the Proxmox host:", False, ""),
        ("host", False, ""),
        ("the container is broken", None, ""),
        ("> In the container:", True, ""),
    ],
)
def test_where_a_listing_was_made(before: str, inside: bool | None, at: str) -> None:
    assert seen(f"{before}\n{FILE}")[-1] == (inside, at)
    quoted = "\n".join(f"> {line}" for line in f"{before}\n{FILE}".splitlines())
    assert seen(quoted)[-1] == (inside, at)


def test_a_prompt_and_the_marks_of_a_mail_are_no_part_of_a_line() -> None:
    assert [line.text for line in lines(">> $ id\n> uid=5\n\n  x ")] == ["id", "uid=5", "", "x"]


def test_words_that_say_where() -> None:
    said = ("within my lxc", "guest", "on the node it is", "in vain")
    assert [place(words) for words in said] == [True, True, False, None]
