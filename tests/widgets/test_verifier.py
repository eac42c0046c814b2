# SPDX-License-Identifier: BSD-3-Clause
"""The verifier in Jupyter: the guess, the knobs, and the bench they draw."""

from __future__ import annotations

import pytest

from kfuncviz.kfuncs.verifier import RELEASES, ask, kfunc_names, origin_names, program_types
from kfuncviz.render import bench
from kfuncviz.widgets.verifier import GuessCall, Knobs, draw

WALKED = "file->f_path.mnt of a trusted file"


@pytest.mark.parametrize(("at", "right"), [("6.17", "accepted"), ("6.18", "rejected")])
def test_nothing_of_the_answer_stands_there_before_it_is_asked_for(at: str, right: str) -> None:
    asked = ask("bpf_is_idmapped_mnt", "LSM", WALKED, at)
    guess = GuessCall("Accepted?", asked)
    assert list(guess.choice.options) == ["accepted", "rejected"]
    assert (guess.picture.value, guess.feedback.value) == ("", "")
    guess.choice.value = right
    guess.check.click()
    assert guess.right is True
    assert guess.picture.value == draw(asked, guess.companion.drawn_width)
    assert f"✓ {right}" in guess.picture.value or f"✗ {right}" in guess.picture.value
    guess.choice.value = "accepted" if right == "rejected" else "rejected"
    guess.check.click()
    assert guess.right is False


def test_the_bench_is_the_picture_with_its_table() -> None:
    asked = ask("bpf_is_idmapped_mnt", "LSM", WALKED, "6.18")
    shown = draw(asked, 500, True)
    assert shown == bench.html(asked.fn, True, asked.verdict, asked.args, width=500)


def test_every_knob_turns() -> None:
    knobs = Knobs()
    assert list(knobs.program.options) == program_types()
    assert list(knobs.pointer.options) == origin_names()
    assert list(knobs.release.options) == list(RELEASES)
    assert [*knobs.wrapper.options][:4] == kfunc_names()[:4]
    assert {"bpf_put_file", "bpf_task_acquire"} < set(knobs.wrapper.options)

    def shown() -> str:
        asked = ask(
            knobs.wrapper.value, knobs.program.value, knobs.pointer.value, knobs.release.value,
            *knobs.flags.value, sleepable=knobs.sleepable.value,
        )  # fmt: skip
        picture: str = knobs.picture.value
        assert "✓ accepted</text>" in picture or not asked.verdict.accept
        assert asked.verdict.accept or "✗ rejected</text>" in picture
        assert f"rules of {knobs.release.value}" in picture
        assert asked.fn.name in picture
        return picture

    seen = [shown()]
    knobs.sleepable.value = True
    seen.append(shown())
    knobs.sleepable.value = False
    knobs.release.value = "6.12"
    seen.append(shown())
    knobs.flags.value = ("KF_TRUSTED_ARGS",)
    assert "KF_TRUSTED_ARGS" in shown()
    seen.append(shown())
    knobs.pointer.value = "file, handed to an LSM hook"
    seen.append(shown())
    for name in kfunc_names()[1:4]:
        knobs.wrapper.value = name
        seen.append(shown())
    knobs.program.value = "XDP"
    seen.append(shown())
    knobs.companion.width = 300
    seen.append(shown())
    assert len(set(seen)) == len(seen)
    assert "It would return" in seen[-1]
    knobs.wrapper.value = "bpf_put_file"
    assert "It would return" not in shown()


@pytest.mark.parametrize(
    ("name", "returned"),
    [
        ("bpf_is_idmapped_mnt", ">the mount is idmapped<"),
        ("bpf_file_mnt_idmap", "closed to C code, not to a program with BTF"),
        ("bpf_inode_into_vfs_ids", f"0x{1125:08x}{1125:08x} = "),
        ("bpf_get_file_vfs_ids", f"0x{1125:08x}{1125:08x} = "),
    ],
)
def test_above_the_call_stands_what_it_would_return(name: str, returned: str) -> None:
    knobs = Knobs()
    knobs.wrapper.value = name
    assert returned in knobs.picture.value


def test_what_is_not_known_is_said_instead() -> None:
    knobs = Knobs()
    knobs.release.value = "6.4"
    knobs.wrapper.value = "bpf_put_file"
    assert knobs.picture.value == (
        "<p><b>Not known.</b> bpf_put_file is not in 6.4; it was first registered in 6.12</p>"
    )


def test_keys_stay_in_the_widgets() -> None:
    for widget in (Knobs(), GuessCall("?", ask("bpf_is_idmapped_mnt", "LSM", WALKED, "6.18"))):
        assert "kfv-explorer" in widget._dom_classes
        assert widget.companion in widget.children
