# SPDX-License-Identifier: BSD-3-Clause
"""
Covering: which tests run which line
====================================

Every test file runs once under coverage, in a process of its own, each test with its name as the
context.  What a shared fixture or a cached function runs counts for every test that uses it, and
what a test starts as a process of its own counts for that test.  The answer of a test file is kept
until the file, or a file of the package that it touched, changes.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import pytest

from mutation.checkout import LIBRARIES, used

IMPORT = "import"
#: By context and file, one bit for each line.
Lines = defaultdict[str, dict[str, int]]
#: Is the ``sitecustomize`` of every interpreter that a test starts.
STARTUP = "import coverage; coverage.process_startup()\n"


@dataclass
class Test:
    """What one test cost and ran: ``lines`` has, by file, one bit for each line.

    ``loaded`` are the files that its whole test file imported or ran.
    """

    name: str
    cpu: float
    lines: dict[str, int] = field(default_factory=dict)
    loaded: frozenset[str] = frozenset()

    def runs(self, path: str, first: int, last: int) -> bool:
        """Whether the test ran a line from ``first`` to ``last`` of ``path``."""
        return bool(self.lines.get(path, 0) >> first & ((1 << (last - first + 1)) - 1))

    @functools.cached_property
    def size(self) -> int:
        """How many lines it ran: few lines mean a test of just this thing."""
        return sum(bits.bit_count() for bits in self.lines.values())


@dataclass
class Answer:
    """What running one test file (or the doctests of one folder) told."""

    files: dict[str, str]
    tests: list[Test]
    failed: list[str]
    libraries: set[str]


# ------------------------------------------------------------------------------ in the child


class Contexts:
    """A pytest plugin: names the test that runs, and charges it for what it uses."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.coverage = measured
        self.now = IMPORT
        self.cpu: dict[str, float] = {}
        self.uses: defaultdict[str, set[str]] = defaultdict(set)
        self.failed: set[str] = set()
        self.clear: list[Callable[[], None]] = []

    def switch(self, to: str) -> None:
        """From now on lines count for ``to``, here and in processes started from here."""
        self.now = to
        self.coverage.switch_context(to)
        os.environ["MUTANTS_CONTEXT"] = to

    @contextlib.contextmanager
    def within(self, context: str) -> Generator[None]:
        """Lines count for ``context`` and then again for what they counted for."""
        before = self.now
        if before != context:
            self.switch(context)
        try:
            yield
        finally:
            if before != context:
                self.switch(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """One test: its fixtures noted, its lines and its CPU time counted."""
        for clear in self.clear:
            clear()
        begin = used()
        fixtures = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
        for name, definitions in fixtures.items():
            self.uses[item.nodeid].update(shared(name, each.baseid) for each in definitions)
        with self.within(item.nodeid):
            result = yield
        self.cpu[item.nodeid] = used() - begin
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, object, object]:
        """A fixture that several tests share counts for all of them."""
        if fixturedef.scope == "function":
            return (yield)
        with self.within(shared(fixturedef.argname, fixturedef.baseid)):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Which tests are red already."""
        if report.failed:
            self.failed.add(report.nodeid)

    def remember(self, scratch: Path) -> None:
        """Replaces ``lru_cache`` for the project: a bounded cache is emptied before each test,
        an unbounded one charges everybody who asks it.
        """
        original = functools.lru_cache

        def lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
            if callable(maxsize):
                return original(maxsize)

            def decorate(function: Callable[..., Any]) -> Any:
                cached = original(maxsize, typed)(function)
                code = getattr(function, "__code__", None)
                if code is None or not code.co_filename.startswith(str(scratch)):
                    return cached
                if maxsize is not None:
                    self.clear.append(cached.cache_clear)
                    return cached
                return self.charging(function, original(maxsize, typed))

            return decorate

        functools.lru_cache = lru_cache
        functools.cache = lru_cache(None)

    def charging(self, function: Callable[..., Any], caching: Any) -> Callable[..., Any]:
        """A cached function that counts for everybody who asks it, not only for the first."""
        context = f"cache {function.__module__}.{function.__qualname__}"

        @caching
        @functools.wraps(function)
        def cached(*arguments: object, **keywords: object) -> object:
            with self.within(context):
                return function(*arguments, **keywords)

        @functools.wraps(function)
        def asked(*arguments: object, **keywords: object) -> object:
            self.uses[self.now].add(context)
            return cached(*arguments, **keywords)

        for name in ("cache_clear", "cache_info"):
            setattr(asked, name, getattr(cached, name))
        return asked


def shared(name: str, base: str) -> str:
    """The context of a shared fixture."""
    return f"fixture {name} of {base}"


def measure(scratch: Path, package: str, target: str, options: list[str]) -> Answer:
    """Runs ``target`` under coverage, in this process, which is a child made for it."""
    to = scratch.with_suffix(".coverage")
    settings = to.with_suffix(".ini")
    settings.write_text(
        f"[run]\nparallel = true\ndata_file = {to}.sub\nsource = {scratch / package}\n"
        "context = ${MUTANTS_CONTEXT-}\ncore = ctrace\n"
    )
    os.environ["COVERAGE_PROCESS_START"] = str(settings)
    measured = coverage.Coverage(
        data_file=None, config_file=False, source=[str(scratch / package)], messages=False
    )
    measured.set_option("run:core", "ctrace")
    contexts = Contexts(measured)

    contexts.remember(scratch)
    measured.start()
    contexts.switch(IMPORT)
    status = pytest.main([target, *options], plugins=[contexts])
    measured.stop()
    lines: Lines = defaultdict(dict)
    add(lines, measured.get_data(), scratch)
    for path in to.parent.glob(f"{to.name}.sub.*"):
        part = coverage.CoverageData(str(path))
        with contextlib.suppress(coverage.CoverageException):  # empty: ended before it ran a line
            part.read()
            add(lines, part, scratch)
        path.unlink()
    touched = {path for each in lines.values() for path in each}
    tests = []
    for name, cpu in contexts.cpu.items():
        if name in contexts.failed:
            continue
        test = Test(name, cpu, loaded=frozenset(touched))
        for context in reached(name, contexts.uses):
            for path, bits in lines.get(context, {}).items():
                test.lines[path] = test.lines.get(path, 0) | bits
        tests.append(test)
    files = {path: digest(scratch / path) for path in touched | helpers(scratch, target)}
    if status not in {0, 1, pytest.ExitCode.NO_TESTS_COLLECTED}:
        contexts.failed.add(f"{target} (pytest: {pytest.ExitCode(status).name})")
    return Answer(files, tests, sorted(contexts.failed), {*LIBRARIES} & {*sys.modules})


def helpers(scratch: Path, target: str) -> set[str]:
    """What else of the checkout the tests imported: what they share."""
    files = (getattr(module, "__file__", None) for module in [*sys.modules.values()])
    found = {os.path.relpath(file, scratch) for file in files if file}
    return {name for name in found if not name.startswith("..")} - {target}


def add(lines: Lines, data: coverage.CoverageData, scratch: Path) -> None:
    """Adds what was run, by context and file."""
    for path in data.measured_files():
        name = os.path.relpath(path, scratch)
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in contexts:
                here = lines[context or IMPORT]
                here[name] = here.get(name, 0) | 1 << line


def reached(start: str, uses: dict[str, set[str]]) -> set[str]:
    """``start`` and everything used by it, directly or not."""
    found, queue = {start}, [start]
    while queue:
        new = uses.get(queue.pop(), set()) - found
        found |= new
        queue += new
    return found


def digest(path: Path) -> str:
    """A digest of a file, empty for a folder."""
    return hashlib.blake2s(path.read_bytes()).hexdigest() if path.is_file() else ""


def digest_of(paths: Iterable[Path]) -> str:
    """One digest of many files."""
    return hashlib.blake2s("".join(f"{p}{digest(p)}" for p in sorted(paths)).encode()).hexdigest()
