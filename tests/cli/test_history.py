# SPDX-License-Identifier: BSD-3-Clause
"""kfunc and compare-exposures: the record of a name, the cost of a change, or why there is none."""

from __future__ import annotations

import pytest

from kfuncviz.cli import main
from kfuncviz.evidence import kfunc_history
from kfuncviz.render.exposure import change_text
from kfuncviz.render.lifetimes import kfunc_text


def test_kfunc_prints_its_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kfunc", "bpf_path_d_path"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (kfunc_text(kfunc_history("bpf_path_d_path")) + "\n", "")


def test_compare_exposures_prints_a_row_of_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare-exposures", "own-maps-6.8"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (change_text("own-maps-6.8").rstrip("\n") + "\n", "")
    assert not out.endswith("\n\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kfunc", "bpf_path_d_pat"], "kfuncviz: no kfunc 'bpf_path_d_pat' is registered in any "),
        (["compare-exposures", "own-maps"], "kfuncviz: "),
        (["kfunc", "a\x1b[31m"], "kfuncviz: no kfunc 'a"),
    ],
)  # fmt: skip
def test_what_is_not_recorded_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert not err.startswith("kfuncviz: '")
    assert "\x1b" not in err


def test_help_says_what_each_does(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in ((["kfunc", "-h"], "When a kfunc was born, what changed about it"),
                            (["compare-exposures", "-h"], "What a real change would have meant"),
                            (["-h"], "the history of a kfunc")):  # fmt: skip
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert said in " ".join(capsys.readouterr().out.split())
    main_help = "who pays when the inside changes"
    with pytest.raises(SystemExit):
        main(["--help"])
    assert main_help in " ".join(capsys.readouterr().out.split())
