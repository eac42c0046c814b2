# SPDX-License-Identifier: BSD-3-Clause
"""One quiz for every question: nothing before the guess, and right never looks like wrong."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz import render
from kfuncviz.explorers.question import Question
from kfuncviz.widgets.predict import verdict
from kfuncviz.widgets.quiz import Quiz

LETTER = kv.who_owns("home-on-a-stick")


def quizzes() -> list[tuple[Quiz, str, str]]:
    """Each kind of quiz with a wrong and the right answer."""
    return [
        (Quiz(Question("?", ("a", "<b>"), "<b>"), lambda: "so", lambda w: f"{w} wide"), "a", "<b>"),
        (kv.Predict("?", ["0", "1125"], LETTER, "Because & so."), "0", "1125"),
        (Quiz(Question("Bits?", ("16", "32"), "32")), "16", "32"),
    ]


def state(quiz: Quiz) -> str:
    """All that the browser has of a quiz, but for its program and its style sheet."""
    todo, seen = [quiz], []
    while todo:
        widget = todo.pop()
        sent = widget.get_state()
        seen.append({key: sent[key] for key in sent if key not in ("_esm", "_css")})
        todo += getattr(widget, "children", ())
    return repr(seen)


@pytest.mark.parametrize("which", range(3))
def test_nothing_is_revealed_before_a_choice_and_a_click(which: int) -> None:
    quiz, wrong, _ = quizzes()[which]
    assert quiz.check.disabled
    assert quiz.feedback.value == quiz.picture.value == ""
    assert quiz.right is None
    quiz.choice.value = wrong
    assert not quiz.check.disabled
    quiz.companion.width = 700
    assert quiz.feedback.value == quiz.picture.value == ""
    assert "kfv-say" not in state(quiz)
    assert quiz.right is None
    quiz.choice.value = None
    assert quiz.check.disabled


def test_what_stands_where() -> None:
    quiz = Quiz(Question("How many?", ("16", "32"), "32"))
    asked, controls, *rest = quiz.children
    assert asked.value == "<b>How many?</b>"
    assert controls.children == (quiz.choice, quiz.check)
    assert rest == [quiz.feedback, quiz.picture, quiz.companion]
    assert quiz.choice.options == ("16", "32")
    assert quiz.check.description == "Reveal"
    assert quiz._dom_classes == ("kfv-explorer",)
    assert quiz.picture._dom_classes == ("kfv-fig",)


@pytest.mark.parametrize("which", range(3))
def test_right_and_wrong_differ_in_sign_word_and_line(which: int) -> None:
    for guess in (0, 1):
        quiz, *answers = quizzes()[which]
        quiz.choice.value = answers[guess]
        quiz.check.click()
        assert quiz.right is bool(guess)
        told = quiz.feedback.value
        kind = ("wrong", "right")[guess]
        assert told.startswith(f'<p class="kfv-say {kind}" role="status" aria-live="polite">')
        head = (
            f"✓ Right: {answers[1]}."
            if guess
            else f"≠ Your answer: {answers[0]}. Right: {answers[1]}."
        )
        assert f"<b>{escape(head)}</b>" in told
        reason = {0: "so", 1: render.sentence_html(LETTER) + " Because &amp; so."}
        html = reason.get(which, escape(quiz.question.why))
        assert told.endswith(f"</b>{html and ' '}{html}</p>")


@pytest.mark.parametrize(
    ("which", "wanted"),
    [
        (0, lambda width: f"{width} wide"),
        (1, lambda width: render.svg(LETTER, width, theme="lab")),
        (2, lambda _: ""),
    ],
)
def test_what_comes_with_the_answer_is_drawn_for_the_width(which: int, wanted: Any) -> None:
    quiz, wrong, _ = quizzes()[which]
    quiz.choice.value = wrong
    quiz.check.click()
    assert quiz.picture.value == wanted(960)
    quiz.companion.width = 500
    assert quiz.picture.value == wanted(500)


def test_a_second_guess_is_judged_anew() -> None:
    quiz = kv.Predict("?", ["0", "1125"], LETTER)
    for guess, right in (("0", False), ("1125", True), ("0", False)):
        quiz.choice.value = guess
        quiz.check.click()
        assert quiz.right is right
        assert guess in quiz.feedback.value


def test_the_sentence_of_the_model_is_the_reason_of_a_prediction() -> None:
    quiz = kv.Predict("?", ["0", "1125"], LETTER, "Because <b> & so.")
    quiz.choice.value = "0"
    quiz.check.click()
    assert f"{render.sentence_html(LETTER)} Because &lt;b&gt; &amp; so.</p>" in quiz.feedback.value


def test_question_and_choices_are_plain_text() -> None:
    quiz = Quiz(Question("Is <i> in?", ("<u>yes</u>", "no"), "no"))
    assert quiz.children[0].value == "<b>Is &lt;i&gt; in?</b>"
    quiz.choice.value = "<u>yes</u>"
    quiz.check.click()
    assert "≠ Your answer: &lt;u&gt;yes&lt;/u&gt;. Right: no." in quiz.feedback.value


def test_the_right_answer_must_be_offered() -> None:
    with pytest.raises(
        ValueError, match="the answer '1125' is not among the choices; offered: '3'"
    ):
        kv.Predict("?", ["3"], LETTER)
    with pytest.raises(ValueError, match="offered twice"):
        kv.Predict("?", ["1125", "1125"], LETTER)


def test_a_verdict_is_the_errno_or_the_number_at_the_end() -> None:
    assert verdict(LETTER) == "1125"
    nobody = kv.who_owns("three-kinds-of-nobody", "lost-in-mount", by="root", via="m")
    assert verdict(nobody) == "65534"
    assert verdict(kv.who_owns("home-on-a-stick", "home", direction="create")) == "1000"
    stopped = kv.who_owns("home-on-a-stick", ".", direction="create")
    assert (verdict(stopped), stopped.err) == ("EACCES", None)
    refused = {"by": "root", "via": "idmapped", "direction": "create"}
    assert verdict(kv.who_owns("root-gets-eoverflow", **refused)) == "EOVERFLOW"
