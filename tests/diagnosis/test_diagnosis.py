# SPDX-License-Identifier: BSD-3-Clause
"""
The whole answer
================

What is said in which words: the slip and the rule, what is assumed and what is needed, the order of
the parts, and what a notebook shows.
"""

from __future__ import annotations

import pytest

import kfuncviz as kv
from kfuncviz.diagnosis import Diagnosis, doctor, edited
from kfuncviz.diagnosis.answers import told
from kfuncviz.diagnosis.findings import as_intermediate
from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.idmap import Extent
from kfuncviz.scenario.problems import ScenarioError

ROOTLESS = "me:100000:65536\nuid=1000(me) gid=1000(me)\n"


def said(found: Diagnosis, name: str) -> str:
    (words,) = {finding.words for finding in found.findings if finding.name == name}
    return words


def test_the_parts_stand_in_this_order() -> None:
    lines = str(doctor("X-mount.idmap=b:0:1000:1\nmount: Operation not permitted", "disk 1000"))
    heads = [line for line in lines.splitlines() if not line.startswith(" ")]
    assert heads == [
        "read as x-mount.idmap",
        "assumed",
        "answer",
        "finding",
        "repair, replayed: the columns turned round (x-mount.idmap)",
        (
            'repair, replayed: rows added: uid "1000 1 1", gid "1000 1 1"; 1000 on the disk is 1 '
            "in the mount (x-mount.idmap)"
        ),
        "does not help",
        "EPERM of an idmapped mount, in the order the kernel looks:",
        "scenario",
    ]
    assert "  no CAP_SYS_ADMIN in the user namespace whose map it is (since 6.0)" in lines
    assert "  no CAP_SYS_ADMIN over the caller's own mount namespace\n" in lines
    assert "setup:" in lines


@pytest.mark.parametrize(
    ("text", "ask", "name", "words"),
    [
        ("X-mount.idmap=b:0:1000:1", "disk 1000", "swapped columns",
         'uid and gid 1000 are in column 2 of "0 1000 1"; turned round it is "1000 0 1"'),
        ("X-mount.idmap=u:0:1000:1 g:1000:1000:1", "disk 1000", "swapped columns",
         'uid 1000 is in column 2 of "0 1000 1"; turned round it is "1000 0 1"'),
        ("X-mount.idmap=b:100000:0:65536", "disk 7", "swapped columns",
         'uid and gid 7 are in column 2 of "100000 0 65536"; turned round it is "0 100000 65536"'),
        ("X-mount.idmap=b:0:100000:65536", "disk 100005", "both chown and idmap",
         ("uid and gid 100005 on the disk is the container's 5 already, and the mount, which is "
         "to shift it again, has no row for it")),
        ("X-mount.idmap=b:10:0:5", "disk 9", "off by one",
         "the row holds 10...14 (5 ids), and 9 is one beside it"),
        ("X-mount.idmap=b:0:0:5 b:10:10:5", "disk 7", "hole",
         "no row holds 5...9 in column 1, and 7 is in it"),
        ("X-mount.idmap=b:5000:0:1", "disk 7", "identity rows forgotten",
         ("a mount's map passes on no id without a row; "
          '"7 7 1" would leave uid and gid 7 as it is')),
        ("X-mount.idmap=b:5000:0:8", "disk 7", "identity rows forgotten",
         ("a mount's map passes on no id without a row; "
          '"7 7 1" would be refused, as column 2 holds 7 already')),
        ("0 100000 10", "disk 7", "outside the range",
         "the namespace has the host's 100000...100009, and not uid and gid 7"),
        ("0 100000 10", "chown to 70", "outside the range",
         "there is neither uid nor gid 70 inside: the namespace has 0...9"),
        ("lxc.idmap = u 0 100000 5", "disk 100000", "only one kind",
         ("the container has rows for uids alone: a gid_map that nobody writes makes every gid "
          "65534")),
    ],
)  # fmt: skip
def test_the_slip_and_the_rule_in_words(text: str, ask: str, name: str, words: str) -> None:
    assert said(doctor(text, ask), name) == words


@pytest.mark.parametrize(
    ("text", "ask", "names"),
    [
        ("X-mount.idmap=b:0:100000:65536", "disk 165536", ["identity rows forgotten"]),
        ("X-mount.idmap=b:0:100000:65536", "disk 65536", ["off by one", "identity rows forgotten"]),
        ("X-mount.idmap=b:10:0:1", "disk 11", ["identity rows forgotten"]),
        ("0 1000 1\n1 100000 65536", "disk 5000", ["outside the range"]),
        ("0 100000 65536", "disk 5", ["outside the range"]),
        ("0 100000 65536", "disk 100005", []),
    ],
)
def test_no_slip_is_seen_where_there_is_none(text: str, ask: str, names: list[str]) -> None:
    assert [finding.name for finding in doctor(text, ask).findings] == names


def test_a_swap_in_mount_is_the_manual_pages() -> None:
    page = "the manual pages of util-linux 2.39 to 2.42.3 name the columns the other way round"
    assert said(doctor("X-mount.idmap=b:0:1000:1", "disk 1000"), "remark").startswith(page)
    others = ("mount-idmapped --map-mount b:0:1000:1 a b", "X-mount.idmap=b:5:6:1")
    assert all(page not in str(doctor(text, "disk 1000")) for text in others)


def test_the_way_of_an_id_is_told_lane_by_lane() -> None:
    keep = ROOTLESS + "podman run --userns=keep-id img"
    found = doctor(keep, "owned by 1000:100000")
    assert found.answers is not None
    assert [*told(found.answers)] == [
        "uid: on disk 1000 -> in the mount 1000 -> intermediate 0 -> you see 1000",
        "gid: on disk 100000 -> in the mount 100000 -> intermediate 1 -> you see 0",
    ]
    created = doctor(keep, "create a file as root")
    assert created.answers is not None
    assert next(told(created.answers)) == (
        "uid: you create 0 -> intermediate 1 -> in the mount 100000 -> on disk 100000"
    )


def test_an_id_without_a_name_is_told_from_no_id() -> None:
    unnamed, none = doctor("0 5 1", "owned by 9"), doctor("X-mount.idmap=b:5:0:1", "owned by 9")
    ends = [next(told(each.answers)) for each in (unnamed, none) if each.answers]
    assert ends == [
        "uid: on disk 9 -> in the mount 9 -> you see no name here (shown as 65534)",
        "uid: on disk 9 -> in the mount no id -> you see no id (shown as 65534)",
    ]


def test_of_many_rows_four_are_named_and_the_rest_counted() -> None:
    rows = "\n".join(f"lxc.idmap = b {n} {n + 50} 1" for n in range(0, 10, 2))
    assert doctor(rows, "chown to 9").lost == (
        'the caller\'s user ns loses uid 9: no row of "0 50 1", "2 52 1", "4 54 1", "6 56 1" and 1 '
        "row more holds it in column 1, EINVAL"
    )


def test_what_is_lost_names_the_hop_the_rows_and_the_column() -> None:
    lost = doctor("X-mount.idmap=b:0:100000:1", "create a file").lost
    assert lost == (
        'the mount idmap loses uid 0: no row of "0 100000 1" holds it in column 2, EOVERFLOW'
    )
    found = doctor("X-mount.idmap=b:0:0:1 on nfs", "disk 0")
    assert found.lost == (
        "mounts.mount is not made: EINVAL: nfs cannot be idmapped by any kernel (not supported as "
        "far as is known)"
    )
    assert found.no_help == ()
    assert "uid: on disk 0; there is nothing to look through" in str(found)
    assert doctor("lxc.idmap = g 0 100000 5", "disk 100000").lost == (
        "the caller's user ns loses uid 100000: no row holds it in column 2"
    )


@pytest.mark.parametrize(
    ("text", "ask", "assumed"),
    [
        ("X-mount.idmap=b:1000:0:1", "disk 1000", [
            "whoever looks is in the initial user namespace"]),
        ("0 100000 65536", "create a file",
         ["the program runs as root in the container", "everybody may write into the directory",
          "the directory is 100000:100000 on the disk"]),
        ("1 100000 10", "disk 100000",
         ["the container has no uid 0: the program runs as 1",
          "the container has no gid 0: the program runs as 1"]),
        ("podman run --userns=keep-id img", "disk 1000",
         ["podman runs without root, as me",
          "whoever runs it has uid 1000 and gid 1000 (the output of id would say)",
          "/etc/subuid gives them 100000:65536, as is usual",
          "/etc/subgid gives the same ranges as /etc/subuid"]),
        ("/proc/7/uid_map: 0 5 1", "disk 5",
         ["gids are mapped like uids", "the program runs as root in the container"]),
    ],
)  # fmt: skip
def test_what_nobody_said_is_assumed_aloud(text: str, ask: str, assumed: list[str]) -> None:
    found = [line for line in doctor(text, ask).situation.assumed if "is read as" not in line]
    assert found == assumed


def test_ids_of_one_kind_alone_leave_the_other_to_nobody() -> None:
    assumed = doctor("lxc.idmap = u 0 100000 10", "disk 100000").situation.assumed
    assert "the container has no gid 0: the program runs as nobody" in assumed


@pytest.mark.parametrize(("kind", "other"), ["ug", "gu"])
def test_a_call_is_refused_whichever_of_its_ids_has_no_row(kind: str, other: str) -> None:
    found = doctor(f"X-mount.idmap={kind}:1000:0:1 {other}:0:0:65536", "chown to 5")
    assert found.answers is not None
    both = {"u": found.answers.uid, "g": found.answers.gid}
    assert [each.access.err for each in (both[kind], both[other]) if each.access] == [
        "EOVERFLOW", "EOVERFLOW",
    ]  # fmt: skip
    assert found.answers.err == "EOVERFLOW"
    passed = doctor(f"X-mount.idmap={kind}:1000:0:1 {other}:0:0:65536", "chown to 0")
    assert [each.access.err for _, each in passed.answers.both if each.access] == [None, None]  # type: ignore[union-attr]


def test_of_a_chown_that_is_refused_neither_id_is_stored() -> None:
    found = doctor("lxc.idmap = u 0 100000 10\nlxc.idmap = g 0 100000 5", "chown to 7:8").answers
    assert found is not None
    assert [*told(found)][:2] == [
        "uid: you type 7 -> in the mount 100007 -> on disk 100007, but for EINVAL",
        "gid: you type 8 -> in the mount no id -> on disk no id",
    ]
    twice = doctor("lxc.idmap = u 0 100000 10\nlxc.idmap = g 0 100000 5", "chown to 7:4").answers
    assert twice is not None
    assert next(told(twice)) == "uid: you type 7 -> in the mount 100007 -> on disk 100007"


def test_a_number_that_has_none_on_the_host_is_no_call_that_was_refused() -> None:
    found = doctor("0 100000 10", "container uid 12 on the host")
    assert found.answers is not None
    none = "inside has no id on the host: no row of the caller's user ns has"
    assert [*told(found.answers)] == [
        f"uid: 12 {none} it in column 1", f"gid: 12 {none} it in column 1",
        'the caller\'s user ns loses uid 12: no row of "0 100000 10" holds it in column 1',
    ]  # fmt: skip
    assert [lane.name for lane in found.answers.uid.lanes] == [
        "On the host", "In the mount", "Inside",
    ]  # fmt: skip
    nfs = doctor("X-mount.idmap=b:0:0:1 on nfs\n0 5 1", "container uid 0 on the host").answers
    assert nfs is not None
    assert nfs.uid.lanes[-1].name == "You see"
    assert next(told(nfs)) == "uid: on disk 0; there is nothing to look through"


def test_no_repair_makes_anybody_the_hosts_root() -> None:
    offered = "/etc/subuid: {0}:0:2\n/etc/subgid: {0}:0:2"
    for user, texts in (("me", []), ("root", [offered.format("root")])):
        rows = doctor(f"lxc.idmap = b 0 0 2\n{user}:100000:65536").repairs
        assert [each.text for each in rows if each.dialect == "subuid"] == texts
    mine = doctor(ROOTLESS + "podman run img", "owned by 0")
    assert not [each for each in mine.repairs if ":0:" in each.text and each.dialect == "subuid"]
    other = doctor(ROOTLESS + "podman run img", "owned by 9")
    assert "/etc/subuid: me:9:1\n/etc/subgid: me:9:1" in [each.text for each in other.repairs]


def test_rows_that_may_not_be_handed_out_are_one_finding_a_kind() -> None:
    uids = "".join(f"lxc.idmap = u {n} {2 * n + 5} 1\n" for n in range(7))
    found = doctor(f"me:100000:9\n{uids}lxc.idmap = g 0 5 1\nlxc.idmap = g 1 8 2")
    assert [each for each in found.findings if each.name.startswith("not in ")] == [
        ("not in /etc/subuid", ("/etc/subuid does not give me all of 5, nor of 7, 9, 11, 13 and 2 "
         "rows more: newuidmap refuses the rows")),
        ("not in /etc/subgid", ("/etc/subgid does not give me all of 5, nor of 8...9: newgidmap "
         "refuses the rows")),
    ]  # fmt: skip


def test_what_may_be_handed_out_is_told_of_both_kinds() -> None:
    text = "X-mount.idmap=b:0:0:65536\n/etc/subuid:me:5:10\n/etc/subgid:me:7:10"
    lines = str(doctor(text, "disk 3")).splitlines()
    assert lines[lines.index("read as subuid") :][1:3] == [
        "  me may hand out uids 5...14 (10 ids)", "  me may hand out gids 7...16 (10 ids)",
    ]  # fmt: skip


def test_a_text_that_can_be_meant_in_two_ways_says_so() -> None:
    (first, *_) = doctor("b:1000:0:1", "disk 1000").situation.assumed
    assert first.startswith("'b:1000:0:1' is read as x-mount.idmap (")
    assert first.endswith("; it could be lxc-usernsexec")


def test_what_is_lacking_is_asked_for() -> None:
    files = "whose the file is on the disk: ls -ln of it on the host, not in the container"
    assert doctor("X-mount.idmap=b:1000:0:1").situation.needs == (files,)
    assert doctor("Linux 5.10", "disk 0").situation.needs == (
        "a kernel of 5.12 or newer: before that no mount has a map of its own",
    )
    docker = doctor("me:100000:65536\ndocker run -v /a:/b img", "disk 0").situation
    assert docker.needs == (
        "whether docker runs rootless or with userns-remap: else it maps nothing",
    )
    auto = doctor("sudo podman run --userns=auto img", "disk 0").situation.assumed
    assert auto[0] == (
        "the range that auto finds is taken from 2147483647 on, as podman's manual has it, and "
        "65536 ids long: podman sizes it by the image, 1024 at least"
    )
    myself = doctor("docker run --user $(id -u):$(id -g) img", "who owns f").situation.needs
    assert "who ran it, whose the program's ids are: the output of id would say" in myself
    known = doctor("docker run -u $UID img\nuid=7(x) gid=8(x)", "who owns f").situation
    assert not any("who ran it" in each for each in known.needs)
    assert (known.file["kuid"], known.file["kgid"]) == (7, 8)


def test_who_runs_podman_decides_whose_ids_its_rows_have() -> None:
    rows = "podman run --uidmap 0:1:5 img"
    rootless = doctor(ROOTLESS + rows, "disk 100000")
    rootful = doctor("me:100000:65536\nsudo " + rows, "disk 1")
    root = doctor("me:100000:65536\nuid=0(root) gid=0(root)\n" + rows, "disk 1")
    for found in (rootless, rootful, root):
        assert found.answers is not None
        assert found.answers.uid.lanes[-1].id == 0


def test_uids_and_gids_of_two_commands_are_one_map() -> None:
    both = "newuidmap 7 0 1000 1 1 100000 5\nnewgidmap 7 0 1000 1 1 200000 5\n"
    found = doctor(both + "me:100000:65536\n/etc/subgid:me:200000:65536\nuid=1000(me) gid=1000(me)",
                   "disk 100001:200004")  # fmt: skip
    assert found.answers is not None
    assert [answer.lanes[-1].id for _, answer in found.answers.both] == [2, 5]
    assert "gids are mapped like uids" not in found.situation.assumed


def test_a_directory_on_the_way_has_its_owner_and_mode() -> None:
    shown = (
        "drwxr-x--- 2 7 8 0 Jan 1 00:00 /srv\n"
        "drwxr-xr-x 2 1000 1000 0 Jan 1 00:00 /srv/a\n"
        "-rw-r--r-- 1 1000 1000 0 Jan 1 00:00 /srv/a/f\n"
    )
    found = doctor(shown + "0 1000 1")
    assert found.situation.document["setup"] == [
        {"type": "dir", "path": "srv", "kuid": 7, "kgid": 8, "mode": "0750"},
        {"type": "dir", "path": "srv/a", "kuid": 1000, "kgid": 1000, "mode": "0755"},
        {"type": "file", "path": "srv/a/file", "kuid": 1000, "kgid": 1000, "mode": "0644"},
    ]
    (repair,) = found.repairs
    assert repair.text == "chmod o+x /srv"
    assert [entry["mode"] for entry in repair.situation.document["setup"]] == [
        "0751", "0755", "0644",
    ]  # fmt: skip
    slash = doctor(shown.replace("/srv\n", "/srv/\n") + "0 1000 1")
    assert slash.situation.document["setup"] == found.situation.document["setup"]
    beside = "drwx------ 2 7 8 0 Jan 1 00:00 /other\n-rw-r--r-- 1 5 6 0 Jan 1 00:00 /srv/f\n"
    assert [entry["path"] for entry in doctor(beside).situation.document["setup"]] == ["file"]


def test_a_notebook_shows_the_text() -> None:
    class Printer:
        told = ""

        def text(self, text: str) -> None:
            self.told += text

    printer, found = Printer(), kv.doctor("X-mount.idmap=b:1000:0:1", "disk 1000")
    found._repr_pretty_(printer, False)
    assert printer.told == str(found)
    assert found.as_dict()["understood"] == [
        "the mount, uids and gids: disk = mount", "  1000 = 0 (1 id)",
        "  1 id in all, the last: disk 1000 = mount 0",
    ]  # fmt: skip


def test_json_has_every_part_of_it() -> None:
    found = doctor(f"0 100000 65536\nX-mount.idmap=b:0:100000:1\n{'x' * 300} zzz", "chown to 5")
    here, told_all = found.situation, found.as_dict()
    assert here.unread == ("x" * 197 + "...",)
    assert {key: told_all[key] for key in ("assumed", "needs", "unread", "err", "lost")} == {
        "assumed": [*here.assumed], "needs": [], "unread": [*here.unread], "err": "EOVERFLOW",
        "lost": 'the mount idmap loses uid 100005: no row of "0 100000 1" holds it in column 2, '
        "EOVERFLOW",
    }  # fmt: skip
    assert (told_all["scenario"], told_all["token"]) == (found.scenario, found.token)
    assert told_all["uid"] == found.answers.uid.as_dict() != told_all["gid"]  # type: ignore[union-attr]
    refused = doctor("0 0 0")
    assert (refused.answers, refused.lost, refused.as_dict()["lost"]) == (None, "", None)
    assert refused.as_dict()["answer"] == []


def test_every_part_of_the_json_has_its_name() -> None:
    found = doctor("me:5:10\nX-mount.idmap=u:1000:0:1\nLinux 6.9\nbad line here", "disk 1000:7")
    assert found.answers is not None
    told_all, refused = found.as_dict(), "EINVAL: the gid_map of of_mount was never written"
    assert told_all.pop("conditions")[3] == {
        "errno": "EINVAL", "since": (6, 9), "until": None,
        "words": "the map has rows for uids or gids alone; both must be written",
    }  # fmt: skip
    assert told_all == {
        "understood": [
            "me may hand out uids 5...14 (10 ids)", "the mount, uids: disk = mount",
            "  1000 = 0 (1 id)", "  1 id in all, the last: disk 1000 = mount 0",
        ],
        "scenario": found.scenario, "token": found.token,
        "question": {"direction": "read", "ids": (1000, 7), "user": None, "doing": "",
                     "mapping": False},
        "answer": ["uid: on disk 1000; there is nothing to look through",
                   "gid: on disk 7; there is nothing to look through",
                   f"mounts.mount is not made: {refused}"],
        "uid": found.answers.uid.as_dict(), "gid": found.answers.gid.as_dict(), "err": "EINVAL",
        "lost": f"mounts.mount is not made: {refused}",
        "findings": [
            {"name": "only one kind",
             "words": "the mount has rows for uids alone: since Linux 6.9 the mount is refused "
             "with EINVAL, before that every gid was 65534"},
            {"name": "mount refused",
             "words": f"{refused}; follows the source, no such kernel was asked"},
        ],
        "repairs": [{"text": "X-mount.idmap=u:1000:0:1 g:7:7:1", "dialect": "x-mount.idmap",
                     "words": "gid 7 stays as it is"}],
        "no_help": [], "needs": [], "unread": ["bad line here"],
        "assumed": ["/etc/subgid gives the same ranges as /etc/subuid", "the filesystem is ext4",
                    "whoever looks is in the initial user namespace"],
    }  # fmt: skip
    empty = doctor("").as_dict()
    assert {key: empty[key] for key in ("uid", "gid", "err", "answer", "conditions")} == {
        "uid": None, "gid": None, "err": None, "answer": [], "conditions": [],
    }  # fmt: skip
    lost = doctor("0 100000 5", "owned by 7").as_dict()
    assert lost["no_help"][0] == {
        "what": "chmod -R 0777",
        "why": "mode bits are asked after the owner is looked up, and give no id a row",
    }


def test_a_scenario_that_was_edited_is_asked_what_its_focus_says() -> None:
    listed = "-rw-r--r-- 1 1000 1000 0 Jan 1 f\nnobody knows this"
    was = doctor(f"0 100000 65536\nX-mount.idmap=b:1000:100005:1\n{listed}", "chown to 5:6")
    focus = {"path": "file", "by": "inside", "via": "mount", "direction": "chown", "id": 7}
    now = edited(was, {**was.scenario, "focus": focus})
    here = now.situation
    assert (here.parsed, here.assumed, here.needs, here.unread) == ((), (), (), ())
    assert (here.by, here.via, here.path, here.question.ids) == ("inside", "mount", "file", (7, 7))
    assert (now.repairs, now.conditions) == ((), ())
    assert now.scenario["focus"] == focus
    lines = str(now).splitlines()
    assert lines[: lines.index("scenario")] == [
        "answer",
        "  uid: you type 7 -> in the mount 100007 -> on disk no id",
        "  gid: you type 7 -> in the mount 100007 -> on disk no id",
        ('  the mount idmap loses uid 100007: no row of "1000 100005 1" holds it in column 2, '
         "EOVERFLOW"),
        "finding",
        ("  writer not in the mount: whoever writes has uid and gid 100007, which is not in column "
         "2 of the mount's map: the disk could not hold it, root's no more than anybody's"),
        "does not help",
        ("  chmod -R 0777: mode bits are asked after the owner is looked up, and give no id a row"),
        ("  --privileged, or more capabilities: a capability counts over ids that are mapped, and "
         "gives no id a row"),
    ]  # fmt: skip


def test_a_scenario_without_a_focus_is_asked_whose_its_root_is() -> None:
    was = doctor("0 5 1", "owned by 5")
    own = {
        "setup": [{"type": "file", "path": "f", "kuid": 5, "kgid": 6}],
        "userns": {"rows": {"uid_map": [[0, 8, 9]]}}, "mounts": {"m": {"userns": "rows"}},
        "callers": {"somebody": {"kuid": 9, "kgid": 9}},
    }  # fmt: skip
    assert edited(was, own).scenario["focus"] == {
        "path": ".", "by": "somebody", "via": "m", "kind": "uid", "direction": "read",
    }  # fmt: skip
    of_file = edited(was, {**own, "focus": {"path": "f", "by": "root", "via": "plain"}})
    assert of_file.answers is not None
    assert [*told(of_file.answers)] == [
        "uid: on disk 5 -> in the mount 5 -> you see 5",
        "gid: on disk 6 -> in the mount 6 -> you see 6",
    ]
    with pytest.raises(ScenarioError, match=r"^focus: ENOENT: there is no 'g' in the directory$"):
        edited(was, {**own, "focus": {"path": "g"}})


def test_what_is_written_inside_is_stored_under_its_own_number() -> None:
    (repair,) = doctor("0 100000 65536\nX-mount.idmap=b:0:100000:1", "chown to 5").repairs
    assert repair.text == "X-mount.idmap=b:0:100000:1 b:5:100005:1"


def test_a_namespaces_rows_are_the_engines_where_there_is_one() -> None:
    command = "podman run --uidmap 0:0:1 x\n"
    assert doctor(f"{command}{ROOTLESS}", "disk 1000").scenario["userns"] == {
        "engine": {"uid_map": [[0, 1000, 1], [1, 100000, 65536]]},
        "container": {"parent": "engine", "uid_map": [[0, 0, 1]]},
    }
    rootful = doctor(f"sudo {command}", "disk 1000")
    assert rootful.scenario["userns"] == {"container": {"uid_map": [[0, 0, 1]]}}
    (map,) = rootful.situation.maps
    assert as_intermediate(rootful.situation, map) == ()


def test_bindfs_shows_what_it_has_no_row_for_as_it_is() -> None:
    found = doctor("bindfs --map=1000/1001:@100/@200 /a /b", "disk 1000")
    rest = 4294967295 - 1002, 4294967295 - 201
    assert found.scenario["userns"]["of_mount"] == {
        "uid_map": [[1000, 1001, 1], [0, 0, 1000], [1002, 1002, rest[0]]],
        "gid_map": [[100, 200, 1], [0, 0, 100], [101, 101, 99], [201, 201, rest[1]]],
    }


def test_ranges_of_both_files_are_kept_apart() -> None:
    text = "/etc/subuid:me:5:10\n/etc/subgid:me:7:10\npodman run --userns=keep-id x"
    options = doctor(text, "disk 1000").situation.options
    assert (options.subuid, options.subgid) == (
        (SubidRange("me", 5, 10),), (SubidRange("me", 7, 10),),
    )  # fmt: skip


def test_no_line_moves_a_cursor() -> None:
    found = str(doctor("some\x1b[31mthing\nX-mount.idmap=b:1000:0:1"))
    assert "  some\\x1b[31mthing" in found.splitlines()
    assert "not understood" in found


def test_a_group_of_ones_own_is_not_the_user() -> None:
    ids = "uid=1001(me) gid=1002(us)\nme:100000:65536\n/etc/subgid:me:200000:65536\n"
    found = doctor(ids + "newgidmap 7 0 1002 1 1 200000 70000")
    assert [repair.text for repair in found.repairs] == [
        "newgidmap PID 0 1002 1 1 200000 65536", "/etc/subgid: me:265536:4464",
    ]  # fmt: skip


def test_who_may_not_is_told_apart_from_a_capability_that_does_not_count() -> None:
    shown = "drwxr-xr-x 2 0 0 0 Jan 1 00:00 /srv\n"
    held = doctor(shown + "0 100000 65536", "create a file")
    assert held.findings[0].name == "capability"
    plain = doctor(shown, "create a file as user 33")
    assert [finding.name for finding in plain.findings] == ["no permission"]
    assert said(plain, "no permission").endswith("the caller has no CAP_DAC_OVERRIDE")


def test_host_ids_in_a_rootless_map_are_explained() -> None:
    found = doctor(ROOTLESS + "podman run --uidmap 0:100000:10 --uidmap 10:1000:1 img")
    assert said(found, "host ids in a rootless map") == (
        "the second numbers of the container are the host's; without root they count in the "
        "engine's own namespace, whose 0 is whoever runs it"
    )
    fine = doctor(ROOTLESS + "podman run --uidmap 0:1:10 --uidmap 10:0:1 img", "disk 100000")
    assert "host ids in a rootless map" not in [finding.name for finding in fine.findings]


def test_what_is_ones_own_is_looked_for_in_every_row() -> None:
    assert (
        "the file is 7:7 on the disk" in doctor("X-mount.idmap=b:5:9:1 b:7:0:2").situation.assumed
    )


def test_a_range_is_handed_out_only_without_root() -> None:
    rows = "podman run --uidmap 0:100000:10 img"
    found = doctor("me:100000:65536\nsudo " + rows, "disk 5")
    assert {repair.dialect for repair in found.repairs} == {"x-mount.idmap"}
    lacking = doctor(ROOTLESS + "podman run img", "disk 5")
    assert [repair.text for repair in lacking.repairs] == [
        "/etc/subuid: me:5:1\n/etc/subgid: me:5:1"
    ]


def test_what_does_not_help_says_why() -> None:
    found = doctor("X-mount.idmap=b:7:8:1\n0 100000 5", "create a file")
    assert said(found, "writer not in the mount") == (
        "whoever writes has uid and gid 100000, which is not in column 2 of the mount's map: the "
        "disk could not hold it, root's no more than anybody's"
    )
    assert [why for _, why in found.no_help] == [
        "mode bits are asked after the owner is looked up, and give no id a row",
        "a capability counts over ids that are mapped, and gives no id a row",
    ]


@pytest.mark.parametrize(
    ("line", "mode", "told"),
    [
        ("-rw-r--r-- 1 1001 1001 5 Jan 1 00:00 f", "0755", True),
        ("drwx------ 1 1001 1001 5 Jan 1 00:00 f", "0700", False),
    ],
)
def test_a_file_s_mode_is_not_given_to_the_directory(line: str, mode: str, told: bool) -> None:
    found = doctor(
        ROOTLESS + "podman run -v /a:/b alpine\n" + line, "why can I not create a file there?"
    )
    assert found.situation.document["setup"][-1]["type"] == "dir"
    assert found.situation.document["setup"][-1]["mode"] == mode
    assert ("  the directory has the owner of f and mode 0755" in str(found).splitlines()) is told


LXC = "lxc.idmap = b 0 10000 65536\nroot:100000:65536"
UNDER = "0 100000 65536\ndrwx------ 1 5 5 0 Jan 1 d"


@pytest.mark.parametrize(
    ("text", "ask", "line"),
    [
        (LXC, "", ("not in /etc/subuid: /etc/subuid does not give root all of 10000...75535: "
         "newuidmap refuses the row")),
        (LXC, "", ("not in /etc/subgid: /etc/subgid does not give root all of 10000...75535: "
         "newgidmap refuses the row")),
        (LXC, "", "/etc/subuid: root:10000:65536"),
        ("X-mount.idmap=b:0:5:1\nLinux 5.11", "", ("kernel too old: before Linux 5.12 no mount has "
         "a map, and this is 5.11: mount_setattr(2) is ENOSYS")),
        ("X-mount.idmap=b:0:5:1\nLinux 5.11", "", "the filesystem is ext4"),
        ("X-mount.idmap=b:0:5:1\nLinux 5.12", "", "the filesystem is ext4"),
        (UNDER, "as user 7 make a directory", "no permission: EACCES: the mode bits for others"),
        (UNDER, "as user 7 make a directory", ("owner outside the range: uid 5 and gid 5 on the "
         "disk is nobody's in the container")),
        (UNDER, "as user 7 make a directory", ("repair, replayed: an idmapped mount shows the file "
         "as uid 7's of the container (x-mount.idmap)")),
        (UNDER, "make a directory", ("repair, replayed: an idmapped mount shows the file as root's "
         "of the container (x-mount.idmap)")),
        ("0 5 1\nBAD: EBUSY", "owned by 5", ("not explained: EBUSY does not follow from what was "
         "understood")),
        ("EACCES", "", ("EACCES: mode bits refuse it, and a capability does not count over an "
         "owner or group that has no row in the caller's user namespace")),
        ("unprivileged: 1", "", "no lxc.idmap: the container has 100000 and more, as is usual"),
        ("PrivateUsers=self\nuid=7(x) gid=8(x)", "", "the unit's user is 7:8"),
        ("docker run img", "", "docker maps nothing: ids inside are the host's"),
        ("0 5 1\nlxc.idmap = b 0 7 1", "", ("of 2 namespaces it is looked from the first, the "
         "namespace")),
        ("0 5 1\n-rw-r--r-- 1 5 5 0 Jan 1 f", "write to the file", "write: allowed"),
        ("0 5 1\n-r--r--r-- 1 5 5 0 Jan 1 f", "as user 1 write to the file",
         "write: EACCES: the owner's mode bits do not grant write"),
        ("x on /y type xfs (rw)\n0 5 1", "container uid 0 on the host",
         "uid: 0 inside is 5 on the host"),
    ],
)  # fmt: skip
def test_what_is_told_to_the_letter(text: str, ask: str, line: str) -> None:
    found = doctor(text, ask)
    assert [told for told in str(found).splitlines() if told.strip().startswith(line)]
    assert found.situation.unread == ()


def test_all_is_well_only_if_the_tools_agree() -> None:
    assert doctor("lxc.idmap = b 0 100000 65536\nroot:100000:65536").well
    assert not doctor(LXC).well
    assert not doctor("").well
    assert doctor("").nothing
    assert not doctor("0 5 1").nothing
    assert doctor("").scenario == {}
    assert [each.text for each in doctor(LXC).repairs] == [
        "/etc/subuid: root:10000:65536\n/etc/subgid: root:10000:65536"
    ]
    # Lines that follow each other count as one, and a line in the middle leaves two stretches.
    assert doctor("lxc.idmap = b 0 1 9\nme:1:4\nme:5:5").well
    two = doctor("lxc.idmap = b 0 1 9\nme:4:2\n/etc/subgid:me:1:9")
    assert [each.text for each in two.repairs] == ["/etc/subuid: me:1:3\n/etc/subuid: me:6:4"]
    assert "not in /etc/subuid" not in str(doctor("0 10000 65536\nroot:100000:65536"))
    assert "not in /etc/subuid" not in str(doctor("lxc.idmap = b 0 10000 65536"))


def test_the_focus_is_the_kind_that_is_lost() -> None:
    assert doctor("0 5 1", "owned by 5").scenario["focus"] == {
        "path": "file", "by": "inside", "via": "plain", "kind": "uid", "direction": "read",
    }  # fmt: skip
    lost = doctor("X-mount.idmap=b:5:0:1", "chown to 0:7").scenario["focus"]
    assert (lost["kind"], lost["id"], lost["via"]) == ("gid", 7, "mount")
    both = doctor("X-mount.idmap=b:5:0:1", "chown to 6:7").scenario["focus"]
    assert (both["kind"], both["id"]) == ("uid", 6)


def test_lines_for_what_may_be_handed_out_are_offered_whoever_asks() -> None:
    lacking = doctor("lxc.idmap = b 0 10000 65536\nme:100000:65536")
    assert [each.text for each in lacking.repairs] == [
        "/etc/subuid: me:10000:65536\n/etc/subgid: me:10000:65536"
    ]
    # Without the answer of id nobody knows which of the rows is their own.
    assert doctor("newuidmap 7 0 1000 1 1 5 1\nme:100000:65536").repairs == ()
    own = doctor("newuidmap 7 0 1000 1 1 5 1\nme:100000:65536\nuid=1000(me) gid=7(us)")
    assert [each.text for each in own.repairs] == [
        "newuidmap PID 0 1000 1", "/etc/subuid: me:5:1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ask", "errno"),
    [
        ("EBUSY", "why does mount say so?", "EBUSY"),
        ("mount_setattr: EBUSY", "", "EBUSY"),
        ("", "mount gives EBUSY", "EBUSY"),
        ("x: ID-mapped: EBUSY", "", "EBUSY"),
        ("EBUSY", "why?", None),
        ("write to uid_map: EPERM\nmount: EBUSY", "", "EBUSY"),
        ("mount: EBUSY\nmount: EPERM", "", "EBUSY"),
    ],
)
def test_the_error_of_a_mount_has_its_conditions(text: str, ask: str, errno: str | None) -> None:
    found = doctor(f"X-mount.idmap=b:0:5:1\n{text}", ask)
    assert {each.errno for each in found.conditions} == ({errno} if errno else set())


def test_a_question_tells_what_a_paste_could() -> None:
    here = doctor("0 5 1", "why EINVAL with linux 6.5 on xfs of uid=7(me) gid=8?").situation
    assert (here.options.own, here.paste.kernel, here.paste.filesystem) == ((7, 8), "6.5", "xfs")
    assert here.paste.errors[0][0] == "EINVAL"
    assert doctor("", "what does 0 5 1 make of uid 0 inside?").situation.parsed[0].dialect == "proc"


def test_several_texts_are_read_one_by_one() -> None:
    """What one of them says of a file is not said of the next."""
    found = doctor(["==> /etc/subgid <==\nme:5:1", "me:7:1"], "disk 5").situation.paste
    assert (found.subgid, found.subuid) == ([SubidRange("me", 5, 1)], [SubidRange("me", 7, 1)])


def test_a_dialect_can_be_asked_for() -> None:
    text = "b:1000:0:1"
    assert [each.dialect for each in doctor(text, "disk 5").situation.parsed] == ["x-mount.idmap"]
    other = doctor(text, "disk 5", read_as="lxc-usernsexec").situation
    assert [each.dialect for each in other.parsed] == ["lxc-usernsexec"]
    assert (
        doctor(text).situation.others == other.others[::-1] == ("x-mount.idmap", "lxc-usernsexec")
    )
    assert not [said for said in other.assumed if "is read as" in said]


@pytest.mark.parametrize(
    ("text", "ask", "repair"),
    [
        ("5 100000 10\nX-mount.idmap=b:0:0:1", "disk 12", "X-mount.idmap=b:0:0:1 b:12:100007:1"),
        ("5 100000 10\nX-mount.idmap=b:0:0:1", "disk 5", "X-mount.idmap=b:0:0:1 b:5:100000:1"),
        ("5 100000 10\nX-mount.idmap=b:0:0:1", "disk 15", None),
        ("5 100000 10\nX-mount.idmap=b:0:0:1", "disk 4", None),
        ("0 100000 5\nX-mount.idmap=b:9:9:1", "disk 70", "X-mount.idmap=b:9:9:1 b:70:100000:1"),
        ("0 100000 5\nX-mount.idmap=b:9:100003:1", "disk 3",
         "X-mount.idmap=b:3:100000:1 b:9:100003:1"),
        ("0 100000 5\nX-mount.idmap=b:7:7:1", "create a file as user 4",
         "X-mount.idmap=b:4:100004:1 b:7:7:1"),
        ("3 100000 5\nX-mount.idmap=b:7:7:1", "create a file as user 3",
         "X-mount.idmap=b:3:100000:1 b:7:7:1"),
        ("X-mount.idmap=b:7:0:1", "disk 0", "X-mount.idmap=b:0:7:1"),
        ("X-mount.idmap=b:7:9:1", "disk 9", "X-mount.idmap=b:9:7:1"),
        ("X-mount.idmap=b:9:1:1 b:7:5:1", "disk 5", "X-mount.idmap=b:1:9:1 b:5:7:1"),
        ("0 100000 5", "disk 100005", "0 100000 6"),
        ("0 100000 5 \n7 7 1", "disk 7", None),
    ],
)  # fmt: skip
def test_the_first_repair_gives_a_lost_id_a_number_of_use(
    text: str, ask: str, repair: str | None
) -> None:
    texts = [each.text for each in doctor(text, ask).repairs]
    assert (texts[0].splitlines()[0] if texts else None) == repair


def test_a_repair_is_replayed_with_the_file_and_the_program_that_were_there() -> None:
    podman = "me:100000:65536\nuid=1000(me) gid=1000(me)\npodman run --uidmap=1000:0:1 img"
    (more,) = doctor(podman, "chown to 1000:42").repairs
    assert more.words == 'rows added: gid "42 42 1", for a program with CAP_CHOWN'
    assert more.situation.document["callers"]["inside"] == {
        "userns": "container", "kuid": 1000, "kgid": 1000, "caps": "all",
    }  # fmt: skip
    assert (more.situation.file["kuid"], more.situation.file["kgid"]) == (1000, 1000)
    assert doctor(podman, "as user 1000 chown to 1000:42").repairs == ()  # with a row it is EPERM
    turned, added = doctor("X-mount.idmap=b:0:100000:1", "create a file as root").repairs
    owners = [
        (each.situation.file["kuid"], each.situation.file["kgid"]) for each in (turned, added)
    ]
    assert owners == [(100000, 100000), (0, 0)]
    assert turned.words == (
        "the columns turned round, where the directory is 100000:100000 on the disk"
    )


def test_a_program_keeps_its_number_inside_whatever_rows_are_added() -> None:
    lacking = doctor("podman run --uidmap 2:1000:1 --gidmap 2:1000:1 img", "owned by 0")
    (repair,) = lacking.repairs
    now = repair.situation
    assert now.container is not None
    assert now.container.extents("uid") == (Extent(0, 0, 1), Extent(2, 1000, 1))
    assert now.document["callers"] == lacking.situation.document["callers"]


def test_a_pod_that_names_no_group_runs_with_gid_0_and_the_groups_it_names() -> None:
    pod = "kind: Pod\nspec:\n  hostUsers: false\n  securityContext:\n    runAsUser: 7\n"
    plain = doctor(pod, "owned by 5").situation
    assert plain.document["callers"]["inside"] == {
        "userns": "pod", "kuid": 131079, "kgid": 131072,
    }  # fmt: skip
    assert "no runAsGroup: the program's gid inside is 0" in plain.assumed
    told = doctor(f"{pod}    runAsGroup: 8\n    fsGroup: 9\n    supplementalGroups: [10, 99999]\n")
    assert told.situation.document["callers"]["inside"] == {
        "userns": "pod", "kuid": 131079, "kgid": 131080, "kgroups": [131081, 131082],
    }  # fmt: skip
    assert not any("runAsGroup" in each for each in told.situation.assumed)
    root = doctor(f"{pod}    runAsGroup: 8\n", "as user 5 owned by 5").situation
    assert root.document["callers"]["inside"]["kuid"] == 131077


def test_a_service_runs_as_the_user_that_systemd_makes_for_it() -> None:
    unit = "[Service]\nPrivateUsers=self\n"
    made = doctor(f"{unit}DynamicUser=yes\n", "owned by 61184").situation
    assert made.document["callers"]["inside"] == {
        "userns": "service", "kuid": 61184, "kgid": 61184,
    }  # fmt: skip
    assert not any("root" in each for each in made.assumed)
    named = doctor(f"{unit}DynamicUser=no\nuid=7(x) gid=8(x)\n", "owned by 7").situation
    assert named.document["callers"]["inside"] == {"userns": "service", "kuid": 7, "kgid": 8}


def test_rows_that_rootlesskit_logged_need_no_range_and_no_user() -> None:
    logged = doctor(
        "[rootlesskit:parent] newuidmap 12 [0 1001 1 1 589824 65536]", "container uid 1"
    )
    assert logged.situation.assumed == ("the program runs as root in the container",)
    assert [parsed.dialect for parsed in logged.situation.parsed] == ["rootlesskit"]
    run = doctor("[rootlesskit:parent] started", "container uid 1 on the host").situation
    assert "/etc/subuid gives them 100000:65536, as is usual" in run.assumed


def test_an_errno_that_an_old_kernel_does_not_give_is_not_explained() -> None:
    old = "X-mount.idmap=b:0:5:1\nLinux 5.11\nmount: /m: mount_setattr failed: "
    assert said(doctor(old + "Invalid argument."), "not explained") == (
        "EINVAL of mount_setattr(2): this kernel has none"
    )
    for text in (old + "Function not implemented.", old.partition("\nmount")[0]):
        assert [each.name for each in doctor(text).findings] == ["kernel too old"]


def test_podman_as_root_is_said_where_it_decides_what_a_row_means() -> None:
    root = "podman runs as root: its rows count the host's ids"
    run = "podman run --uidmap 0:5:1 --gidmap 0:5:1 img"
    assert root in doctor(run, "owned by 5").situation.assumed
    assert root not in doctor(f"sudo {run}", "owned by 5").situation.assumed
    assert root not in doctor(f"{run}\nuid=0(root) gid=0(root)", "owned by 5").situation.assumed
    assert root not in doctor("podman run img", "owned by 5").situation.assumed


def test_rows_in_doubt_are_told_in_one_line() -> None:
    (assumed, *_) = doctor("0 500 1\n1 10000 65536", "owned by 500").situation.assumed
    assert assumed.startswith("'0 500 1, 1 10000 65536' is read as proc ")


def test_a_repair_says_what_its_new_number_does() -> None:
    def words(text: str, ask: str) -> list[str]:
        return [repair.words for repair in doctor(text, ask).repairs]

    assert words("X-mount.idmap=b:0:100000:1", "create a file as root")[1] == (
        'rows added: uid "1 0 1", gid "1 0 1"; what 0 creates is stored as 1'
    )
    assert words("X-mount.idmap=b:1000:1001:1", "owned by 0") == [
        'rows added: uid "0 0 1", gid "0 0 1"'
    ]
    chown = "0 100000 65536\nX-mount.idmap=b:0:100000:65536"
    plain = "the disk has the container's ids already"
    assert plain in words(chown, "owned by 165533")
    assert f"{plain}, and 65534 there is an owner as any other" in words(chown, "owned by 165534")


def test_a_refused_row_is_found_where_it_stands_in_the_line() -> None:
    line = "lxc: failed to write: newuidmap 7 0 100000 9 9 5 1"
    (refused,) = doctor(f"{line}\nroot:100000:65536").findings[:1]
    assert refused.words.startswith(f"line 1 column {line.index('5 1') + 1}: EPERM")
