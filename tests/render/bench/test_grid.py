# SPDX-License-Identifier: BSD-3-Clause
"""Many verdicts at once, read back."""

from __future__ import annotations

import pytest

from kfuncviz.kfuncs.verifier import KERNELS, answer
from kfuncviz.render.bench import grid_html, in_a_word
from tests.render.drawn import page, said


def test_a_verdict_in_a_word_names_the_rule_and_the_basis() -> None:
    for name in ("exe-file", "walked-mount"):
        for kernel in (*KERNELS, "6.14"):
            verdict = answer(name, kernel)
            word = in_a_word(verdict)
            assert word.startswith("✓" if verdict.accept else f"✗ {verdict.rule}")
            assert word.endswith(", measured") == verdict.measured
            assert (verdict.rule in word) != verdict.accept


def test_every_cell_stands_in_its_row_and_column() -> None:
    rows = {"a <b>": ["1", "2 & 3"], "c": ["", "✓"]}
    (tree,) = page(grid_html("What & who", ["x", "y"], rows, of="pointer"))
    caption, head, body = tree[1]
    assert said(caption) == "What & who"
    assert [(th.tag, th.get("scope"), said(th)) for th in head[0]] == [
        ("th", "col", "pointer"), ("th", "col", "x"), ("th", "col", "y"),
    ]  # fmt: skip
    for tr, (name, cells) in zip(body, rows.items(), strict=True):
        first, *rest = tr
        assert (first.tag, first.get("scope"), said(first)) == ("th", "row", name)
        assert [(td.tag, said(td)) for td in rest] == [("td", cell) for cell in cells]
    plain = grid_html("t", ["x"], {"a": ["1"]})
    assert said(page(plain)[0][1][1][0][0]) == "program"


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="row 'a' has 1 cells for 2 columns"):
        grid_html("t", ["x", "y"], {"a": ["1"]})
