# SPDX-License-Identifier: BSD-3-Clause
"""What ls, stat, getfacl and getcap say of a file."""

from __future__ import annotations

import pytest

from kfuncviz.diagnosis.listings import Shown, access_lists, shown

FACL = """\
# file: srv/data
# owner: 1000
# group: users
# flags: -s-
user::rwx
user:65534:r--
user:alice:rwx
group::r-x
group:7:-w-	#effective:---
mask::r-x
other::--x
default:user::rwx
default:user:5:rwx
"""


def test_an_access_list_has_a_mode_and_whoever_it_names() -> None:
    ((found, listed),) = access_lists(f"before\n{FACL}\nafter")
    assert (found.start(), found.end()) == (7, 7 + len(FACL))
    assert listed == Shown(
        "srv/data", 1000, None, 0o751,
        acl=(("user_obj", None, "rwx"), ("user", 65534, "r--"), ("group_obj", None, "r-x"),
             ("group", 7, "-w-"), ("mask", None, "r-x"), ("other", None, "--x")),
    )  # fmt: skip


def test_a_list_that_names_nobody_is_a_mode() -> None:
    text = "# file: f\n# owner: root\n# group: 5\nuser::rw-\ngroup::r--\nother::---\n"
    ((_, listed),) = access_lists(text)
    assert listed == Shown("f", 0, 5, 0o640)
    assert [*access_lists("# file: f\n# owner: root\nuser::rw-\n")] == []


@pytest.mark.parametrize(
    ("line", "root"),
    [
        ("ping cap_net_raw=ep", 0),
        ("/bin/ping = cap_net_raw,cap_net_admin+eip [rootid=100000]", 100000),
        ("ping cap_net_raw=ep [rootid=x]", None),
        ("ping net_raw=ep", None),
    ],
)
def test_a_capability_and_its_root(line: str, root: int | None) -> None:
    found = shown(line)
    assert (found and found.cap_root) == root
    if found is not None and root is not None:
        assert (found.uid, found.gid, found.mode) == (0, 0, 0o755)
        assert found.path == line.split(maxsplit=1)[0]


def test_a_line_that_is_too_long_shows_nothing() -> None:
    line = "-rw-r--r-- 1 0 0 0 Jan 1 00:00 f"
    assert shown(line + "f" * (1000 - len(line))) is not None
    assert shown(line + "f" * (1001 - len(line))) is None
    assert shown(line, inside=True) == Shown("f", 0, 0, 0o644, inside=True)
