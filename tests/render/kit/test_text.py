# SPDX-License-Identifier: BSD-3-Clause
"""Text that fits: measured against the real font, cut at the right letter, cleaned, wrapped."""

from __future__ import annotations

import itertools
from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font

from kfuncviz.render.kit import fit, plain
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.kit.paragraph import LEADING, paragraph, wrap
from tests.render.ownership.seen import Drawn

FONTS = Path(mpl.get_data_path(), "fonts", "ttf")


@pytest.mark.parametrize(
    ("file", "mono", "bold"),
    [("DejaVuSans", False, False), ("DejaVuSans-Bold", False, True),
     ("DejaVuSansMono", True, False), ("DejaVuSansMono-Bold", True, True)],
)  # fmt: skip
def test_widths_are_those_of_the_font(file: str, mono: bool, bold: bool) -> None:
    font = FT2Font(str(FONTS / f"{file}.ttf"))
    font.set_size(1000, 72)
    for code in range(0x20, 0x7F):
        real = font.load_char(code).linearHoriAdvance / 65536
        told = fit.width(chr(code), 1000, mono=mono, bold=bold)
        assert -0.5 < told - real < 10.5, f"{chr(code)}: rounded up to hundredths of an em"


def test_what_is_not_said_to_be_bold_is_not() -> None:
    text = "kfuncs of the VFS"
    plain_, bold = (fit.width(text, 13, mono=False, bold=b) for b in (False, True))
    assert fit.width(text, 13, mono=False) == plain_ < bold
    assert fit.shorten(text, plain_, 13, mono=False) == text
    assert fit.shorten(text, plain_, 13, mono=False, bold=True) != text
    (word,) = labelled(0, 0, text, plain_, 13, "x").words
    assert (word.text, word.bold, word.mono) == (text, False, False)
    assert wrap(text, 8 * 13 * fit.MONO_EM, 13, mono=True) == ["kfuncs", "of the", "VFS"]
    assert wrap(text, fit.width("kfuncs of", 13, mono=False), 13) == ["kfuncs of", "the VFS"]
    assert len(wrap("a " * 20, 1, 13)) == len(wrap("a " * 20, 1, 13, most=12)) == 12


def test_widths_of_other_scripts_are_on_the_wide_side() -> None:
    def ems(text: str, *, mono: bool = False) -> float:
        return fit.width(text, 1, mono=mono)

    assert ems("e\u0301") == ems("e")
    assert ems("\N{CJK UNIFIED IDEOGRAPH-8A9E}") == 1.05
    assert ems("\N{FIRE}") == 1.35
    assert ems("\u0634") == 1.1
    assert ems("\u0416") == 0.85
    assert (ems("\u058a"), ems("\u05be")) == (0.85, 1.1)
    assert ems(fit.ELLIPSIS) == 1.0
    assert ems("\N{MIDDLE DOT}") == 0.38
    assert ems(fit.ELLIPSIS, mono=True) == ems("\u024f", mono=True) == fit.MONO_EM
    assert ems("\u0250", mono=True) == 0.85
    assert fit.width("ab\N{MIDDLE DOT}", 10, mono=True) == pytest.approx(30 * fit.MONO_EM)


@given(st.text(max_size=30), st.floats(10, 200), st.booleans(), st.booleans())
def test_what_is_cut_is_the_longest_beginning_that_fits(
    text: str, box: float, mono: bool, bold: bool
) -> None:
    def wide(some: str) -> float:
        return fit.width(some, 13, mono=mono, bold=bold)

    cut = fit.shorten(text, box, 13, mono=mono, bold=bold)
    if wide(text) <= box:
        assert cut == text
        return
    kept = cut.removesuffix(fit.ELLIPSIS)
    assert cut.endswith(fit.ELLIPSIS)
    assert text.startswith(kept)
    assert not kept.endswith((" ", "\N{ZERO WIDTH JOINER}"))
    assert wide(cut) <= box + 1e-6 or not kept
    longer = text[: len(kept) + 1]
    rest = text[len(kept) :]
    if not rest.startswith((" ", "\N{ZERO WIDTH JOINER}")):
        assert wide(longer) + wide(fit.ELLIPSIS) > box - 1e-6


def test_the_first_wording_that_fits() -> None:
    wordings = ("a long wording", "shorter", "s")
    ten = 10 * fit.MONO_EM

    def chosen(box: float) -> str:
        return fit.first_that_fits(wordings, box, 10, mono=True)

    assert chosen(14 * 10 * fit.MONO_EM) == "a long wording"
    assert chosen(14 * 10 * fit.MONO_EM - 1) == "shorter"
    assert chosen(7 * ten) == "shorter"
    assert chosen(7 * ten - 1) == "s"
    assert chosen(1) == fit.ELLIPSIS
    cut = fit.first_that_fits(("aaaaaaaa", "bbbbbbb", "cccccc"), 0.31 * ten, 1, mono=True)
    assert cut == "cc" + fit.ELLIPSIS


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("plain \N{LATIN SMALL LETTER E WITH ACUTE}", "plain \N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("a\tb\nc\u2028d\u00a0e", "a b c d e"),
        ("\x00\x1b\x7f\x9b", "\ufffd" * 4),
        ("\ud800", "\ufffd"),
        ("\ufffe\uffff\ufdd0\ufdef\U0010ffff", "\ufffd" * 5),
        ("\ufdcf\ufdf0\ufffd", "\ufdcf\ufdf0\ufffd"),
        ("\u202aa\u202bb\u202cc\u202dd\u202ee\u2066f\u2067g\u2068h\u2069", "abcdefgh"),
    ],
)
def test_nothing_is_left_that_xml_or_an_eye_cannot_take(dirty: str, clean: str) -> None:
    assert fit.clean(dirty) == clean


# --------------------------------------------------------------------- elements


@pytest.mark.parametrize(
    ("value", "written"),
    [(3, "3"), (3.0, "3"), (-2.0, "-2"), (0.5, "0.5"), (1.005, "1"), (2.346, "2.35"), (-0.004, "0"),
     (10.10, "10.1"), (-0.5, "-0.5"), (100.001, "100")],
)  # fmt: skip
def test_numbers_have_at_most_two_decimals(value: float, written: str) -> None:
    assert number(value) == written


def test_elements() -> None:
    assert tag("g") == "<g/>"
    assert tag("g", "<a/>", class_="x", data_row=3) == '<g class="x" data-row="3"><a/></g>'
    assert tag("a", href='"<&', x=None, y=1.5) == '<a href="&quot;&lt;&amp;" y="1.5"/>'


def labelled(*args: object, **more: object) -> Drawn:
    text = label(*args, **more)  # type: ignore[arg-type]
    return Drawn(f'<svg xmlns="http://www.w3.org/2000/svg">{text}</svg>')


def test_a_label_keeps_to_its_box_and_tells_the_rest() -> None:
    (word,) = labelled(7, 11, "abc", 40, 13, "#123456").words
    assert (word.x, word.y, word.text, word.full) == (7, 11, "abc", "abc")
    assert (word.size, word.fill, word.box) == (13, "#123456", 40)
    assert (word.mono, word.bold, word.anchor) == (False, False, "start")
    (word,) = labelled(7, 11, "a\x00<" * 9, 40, 13, "x", mono=True, bold=True, anchor="end").words
    assert word.full == "a\ufffd<" * 9
    assert word.text.endswith(fit.ELLIPSIS)
    assert fit.width(word.text, 13, mono=True, bold=True) <= 40
    assert (word.mono, word.bold, word.anchor) == (True, True, "end")
    halo = labelled(7, 11, "a", 40, 13, "x", halo="#fff").element[0]
    look = [halo.get(key) for key in ("paint-order", "stroke", "stroke-width")]
    assert look == ["stroke", "#fff", "5"]
    assert labelled(7, 11, "a", 40, 13, "x").element[0].get("stroke-width") is None


# ------------------------------------------------------------------------ lines


@given(st.text("ab \n", max_size=60), st.integers(20, 120), st.integers(1, 5))
def test_drawn_lines_are_as_full_as_they_can_be(text: str, box: int, most: int) -> None:
    lines = wrap(text, box, 10, mono=True, most=most)
    assert " ".join(lines).split() == text.split()
    assert len(lines) <= most
    for nth, (line, following) in enumerate(itertools.pairwise(lines)):
        assert " " not in line or fit.width(line, 10, mono=True) <= box
        if nth + 2 < most:
            assert fit.width(f"{line} {following.split()[0]}", 10, mono=True) > box


def test_a_paragraph_is_drawn_line_under_line() -> None:
    height, body = paragraph("one two three", 5, 100, 50, 10, "#000", mono=True)
    words = Drawn(f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>').words
    assert [word.text for word in words] == ["one two", "three"]
    assert [(word.x, word.y) for word in words] == [(5, 110), (5, 110 + 10 * LEADING)]
    assert height == pytest.approx(2 * 10 * LEADING) == 28
    assert {word.mono for word in words} == {True}
    assert {word.fill for word in words} == {"#000"}
    _, body = paragraph("a " * 20, 5, 100, 5, 10, "#000")
    words = Drawn(f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>').words
    assert ([word.mono for word in words], words[0].size) == ([False] * 12, 10)
    assert {word.box for word in words} == {5}
    _, few = paragraph("a " * 20, 5, 100, 5, 10, "#000", most=2)
    assert few.count("<text") == 2


@pytest.mark.parametrize(
    ("text", "ascii_"),
    [
        ("ext4 \N{MIDDLE DOT} caf\N{LATIN SMALL LETTER E WITH ACUTE}", "ext4, cafe"),
        ("\N{BALLOT X} a\N{RIGHTWARDS ARROW}b\N{LEFTWARDS ARROW}c", "X a->b<-c"),
        ("3 \N{MULTIPLICATION SIGN} 4 \N{EN DASH} 5 \N{EM DASH} 6", "3 x 4 - 5 - 6"),
        ("\N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}", '"a"'),
        ("don\N{RIGHT SINGLE QUOTATION MARK}t\N{HORIZONTAL ELLIPSIS}", "don't..."),
        ("\u0634\u0416\x1b", "???"),
        ("a\tb", "a b"),
    ],
)
def test_mails_are_ascii(text: str, ascii_: str) -> None:
    assert plain.plain(text) == ascii_


def test_cut_and_wrapped_for_a_mail() -> None:
    assert [plain.cut("abcdef", n) for n in (7, 6, 5, 3, 2, 1)] == [
        "abcdef", "abcdef", "abc..", "a..", "..", ".",
    ]  # fmt: skip
    assert plain.wrap("aa bb cc", 6, first="> ", then="  ") == ["> aa", "  bb", "  cc"]
    assert plain.wrap("aaaaaaaa", 5) == ["aaaaa", "aaa"]
    assert plain.wrap("x aa-bb", 5) == ["x aa-", "bb"]
    assert plain.wrap("x aa-bb", 5, hyphens=False) == ["x", "aa-bb"]
