# SPDX-License-Identifier: BSD-3-Clause
"""
What every test shares
======================

Random tests have no deadline of their own (machines differ) and print how to replay a failure;
figures are drawn without a screen.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile(
    "kfuncviz", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
# A mutant is caught by the first failure: no smaller one is looked for, and none is kept; it is
# caught soon or not at all, and every test is measured first.
settings.register_profile(
    "mutants", settings.get_profile("kfuncviz"), database=None, derandomize=True,
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
# The same examples on every run of the same tests: what a checkout passed, it passes again.
settings.register_profile("ci", settings.get_profile("kfuncviz"), derandomize=True)
settings.register_profile("quick", settings.get_profile("kfuncviz"), max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "kfuncviz"))

#: What ``--quick`` leaves to the whole suite, by its folder, file or name.
NOT_QUICK = {
    "tests/browser": "needs a browser",
    "tests/notebooks": "runs notebooks",
    "tests/kernels": "replays every recorded answer; a tenth of them stays",
    "tests/tools": "samples of make mutants and make fuzz",
    "tests/cli/test_hostile.py": "processes that go to their limits",
    "tests/test_wheel.py": "builds and installs the wheel",
    "tests/test_readme.py::test_the_commands_it_shows_answer": "a process for each",
    "tests/test_import.py": "a process for each",
    "tests/learn/test_course.py::test_the_facts": "runs cells of notebooks, nine times over",
    "tests/test_house.py::test_lab_refuses_a_port": "a process",
    "tests/evidence/figures/test_style.py::test_svg_is_the_same": "a process that draws",
    "tests/test_house.py::test_nothing_is_defined_that_nobody_uses": "reads every file there is",
    "tests/scenario/test_api.py::test_json_that_would_be_too_long": "goes to a limit",
    "tests/scenario/test_budget.py::test_what_the_bounds_imply": "goes to a limit",
    "tests/scenario/test_document.py::test_keys_that_stand_twice_are_not": "goes to a limit",
    "tests/dialects/test_subid.py::test_many_lines_take": "goes to a limit",
    "tests/cli/test_learn.py::test_all_questions_are_listed": "answers every question there is",
    "tests/explorers/engine/test_recorded.py::test_a_gallery_case_offers": "draws a whole page",
}
#: Of these, which ask the same of dozens of scenarios, ``--quick`` asks one in so many.
FAMILY = 5
FAMILIES = (
    "tests/scenario/test_operations.py::test_a_sound_scenario_is_answered",
    "tests/scenario/test_gallery.py::test_",
    "tests/scenario/test_validate.py::test_gallery_",
    "tests/scenario/test_validate.py::test_generated_",
    "tests/scenario/test_variation.py::test_a_variation_is_what",
    "tests/cli/test_cli.py::test_every_gallery_scenario_is_shown",
    "tests/dialects/test_convert.py::test_every_pair_",
    "tests/explorers/test_operation.py::test_what_is_offered_was_replayed",
    "tests/explorers/test_operation.py::test_a_case_is_told_in_words",
    "tests/explorers/test_doctor.py::test_every_thread_is_drawn",
    "tests/explorers/test_bench.py::test_the_value_is_the_wrappers",
    "tests/explorers/engine/test_tokens.py::test_a_gallery_variation",
    "tests/learn/test_course.py::test_a_chapter_teaches",
    "tests/render/ownership/test_picture.py::test_every_scene_",
    "tests/render/ownership/test_measures.py::test_the_measures_are_those_read",
    "tests/render/exhibit/test_exhibit.py::test_every_colour_",
    "tests/evidence/figures/test_style.py::test_no_word_is_smaller_",
    "tests/explorers/test_sheets.py::test_a_rule_about_an_explorer_",
    "tests/diagnosis/test_threads.py::test_the_answer_is_the_threads",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--quick``: what ``make quick`` runs."""
    parser.addoption("--quick", action="store_true", help="no browser, no notebook, no long sample")
    parser.addoption("--families", action="store_true", help="with --quick: each case of a family")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """What a quick run leaves out, and why."""
    for name, why in NOT_QUICK.items() if _quick(config) else ():
        terminalreporter.write_line(f"left out: {name} ({why})")
    for name in _families(config) if _quick(config) else ():
        terminalreporter.write_line(f"one in {FAMILY}: {name}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what a quick run leaves out."""
    if not _quick(config) or config.rootpath not in collection_path.parents:
        return None
    return str(collection_path.relative_to(config.rootpath)) in NOT_QUICK or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what else a quick run leaves out: by name, and whatever asks for Chromium."""
    if not _quick(config):
        return
    left_out = {item for item in items if _needs_long(item)}
    for name in _families(config):
        members = [item for item in items if item.nodeid.startswith(name) and "[" in item.name]
        left_out |= {item for nth, item in enumerate(members) if nth % FAMILY}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _families(config: pytest.Config) -> tuple[str, ...]:
    return () if config.getoption("families") else FAMILIES


def _quick(config: pytest.Config) -> bool:
    return bool(config.getoption("quick"))


def pytest_collection_finish() -> None:
    """What was collected stays: not to search it for garbage saves a seventh of the time."""
    gc.collect()
    gc.freeze()


def _needs_long(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return item.nodeid.startswith(tuple(NOT_QUICK)) or "chromium" in fixtures


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout: the directory that holds ``pyproject.toml``."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def stride(pytestconfig: pytest.Config) -> int:
    """One in so many of the recorded or random cases is asked: each, except in a quick run."""
    return 5 if pytestconfig.getoption("quick") else 1


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for all tests; skips, saying so, where there is none."""
    names = [os.environ.get("CHROMIUM", ""), *CHROMIUMS]
    binary = next(filter(None, map(shutil.which, filter(None, names))), None)
    if binary is None:
        pytest.skip("no Chromium or Chrome found; install one or set CHROMIUM=/path/to/it")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=[*FLAGS])
        yield browser
        browser.close()
