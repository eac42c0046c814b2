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
    (tree,) = page(grid_html("What & who", ["x", "y"], rows))
    (table,) = tree
    caption, head, body = table
    assert said(caption) == "What & who"
    corner, *heads = head[0]
    assert (corner.tag, said(corner)) == ("td", "")
    assert [(th.tag, th.get("scope"), said(th)) for th in heads] == [
        ("th", "col", "x"), ("th", "col", "y"),
    ]  # fmt: skip
    for tr, (name, cells) in zip(body, rows.items(), strict=True):
        first, *rest = tr
        assert (first.tag, first.get("scope"), said(first)) == ("th", "row", name)
        assert [said(td) for td in rest] == cells
        assert {td.tag for td in rest} == {"td"}
        assert all("text-align:left" in (td.get("style") or "") for td in tr)
    assert tree.get("style") == "overflow-x:auto"  # a wide table scrolls, the page does not


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="row 'a' has 1 cells for 2 columns"):
        grid_html("t", ["x", "y"], {"a": ["1"]})
