# SPDX-License-Identifier: BSD-3-Clause
"""history and compare-exposures: the record of a name, the cost of a change, or why not."""

from __future__ import annotations

import pytest

from kfuncviz.cli import main
from kfuncviz.evidence import costs
from kfuncviz.kfuncs.contracts import changes
from kfuncviz.render.exposure import change_text, changes_text, event_text
from kfuncviz.render.lifetimes import history_text

NOTHING, NEAR = "nothing is recorded under", "from 5.12 to 7.3; near:"
LISTED = (
    "35 are known, from vfs-takes-userns-5.12 to cid-override-7.3; "
    "compare-exposures alone lists the changes"
)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert not out.endswith("\n\n")
    return out


@pytest.mark.parametrize("command", ["history", "kfunc"])
@pytest.mark.parametrize("name", ["bpf_path_d_path", "vfs_create", "bpf_d_path"])
def test_history_prints_a_record(
    capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    assert answer(capsys, command, name) == history_text(name) + "\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bpf_get_file_vfs_ids", "proposed in the thread of July 2023 and not taken up"),
        ("vfs_create", "a VFS function with a map argument"),
        ("security_inode_setattr", "an LSM hook"),
        ("struct mnt_idmap", "a structure; of a member ask as mnt_idmap.uid_map"),
        ("KF_TRUSTED_ARGS", "a flag of kfuncs, defined in releases from 6.0 to 6.19, gone in 7.0"),
    ],
)
def test_a_name_is_answered_for_what_it_is(
    capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert said in " ".join(answer(capsys, "history", name).split())


def test_compare_exposures_prints_a_row_of_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "compare-exposures", "own-maps-6.8") == change_text("own-maps-6.8")
    assert answer(capsys, "compare-exposures", "inode-uid-7.3") == change_text("inode-uid-6.19")


def test_compare_exposures_alone_lists_the_changes(capsys: pytest.CaptureFixture[str]) -> None:
    said = answer(capsys, "compare-exposures")
    assert said == changes_text()
    assert {line.split()[0] for line in said.splitlines() if line[0] == " "} >= set(changes())


def test_compare_exposures_answers_for_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Listed and computed changes in order of time."""
    said = answer(capsys, "compare-exposures", "vfs_unlink")
    listed, (last,) = costs.listed("vfs_unlink"), costs.computed("vfs_unlink")
    assert [change.release for change in (*listed, last)] == ["5.12", "6.3", "6.19"]
    assert said == "\n".join(event_text(change) for change in (*listed, last))
    said = answer(capsys, "compare-exposures", "vfs_mkdir")  # 6.15 is listed, the others are not
    heads = [line.split()[0] for line in said.splitlines() if line.startswith("vfs-")]
    assert heads == ["vfs-mkdir-6.3", "vfs-mkdir-6.15", "vfs-mkdir-6.19"]
    said = answer(capsys, "compare-exposures", "vfs_create")
    assert [line.split()[0] for line in said.splitlines() if line.startswith("vfs-")] == [
        "vfs-takes-userns-5.12", "vfs-takes-idmap-6.3", "vfs-create-6.19",
    ]  # fmt: skip
    assert "refused when loaded" in " ".join(said.split())


def test_a_name_without_a_change_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "compare-exposures", "bpf_put_file") == (
        "bpf_put_file: no change is recorded that anybody outside could notice. "
        "What is recorded: kfuncviz history bpf_put_file\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kfunc", "bpf_path_d_pat"],
         f"{NOTHING} 'bpf_path_d_pat' {NEAR} bpf_path_d_path (kfunc), bpf_d_path (BPF helper)\n"),
        (["history", "vfs_creat"], f"{NOTHING} 'vfs_creat' {NEAR} vfs_create (function)\n"),
        (["history", "i_gid"], f"{NOTHING} 'i_gid' {NEAR} inode.i_gid (member)\n"),
        (["history", "own-maps-6.8"],
         "own-maps-6.8: a change, not a name: ask compare-exposures own-maps-6.8\n"),
        (["compare-exposures", "own-maps"],
         f"unknown change 'own-maps'; did you mean 'own-maps-6.8'? {LISTED}\n"),
        (["compare-exposures", "zzzz"], "nothing is recorded under 'zzzz' from 5.12 to 7.3; "),
        (["kfunc", "a\x1b[31m"], "nothing is recorded under "),
        (["history", ""], "no name was given; one would be vfs_create"),
    ],
)  # fmt: skip
def test_what_is_not_recorded_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"kfuncviz: {said}")
    assert err.count("\n") == 1
    assert "\x1b" not in err


def test_help_says_what_each_does(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in ((["kfunc", "-h"], "what changed about it, release by release"),
                            (["history", "-h"], "a function that takes the mount's map"),
                            (["compare-exposures", "-h"], "What a real change would have meant"),
                            (["-h"], "what is recorded under a name of the kernel"),
                            (["--help"], "who pays when the inside changes")):  # fmt: skip
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert said in " ".join(capsys.readouterr().out.split())
