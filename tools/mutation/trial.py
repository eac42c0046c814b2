# SPDX-License-Identifier: BSD-3-Clause
"""
Trial: one change, and whether a test notices
=============================================

The tests run cheapest and closest first, in a forked child with a limit on CPU time for each test
and on memory, and stop at the first failure.  A failure, a file that no longer imports and a limit
that is hit all mean that the change was noticed.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mutation.checkout import fork
from mutation.covering import Test
from mutation.sites import Change

#: CPU seconds before the first test, and of one test: so many times what it took unchanged.
START, LEAST, TIMES = 60, 10, 12
MEMORY = 4 << 30
#: The first round holds so many CPU seconds of tests, from so many files at most.
FIRST_ROUND, FIRST_FILES = 1.5, 3
#: A change that no covering test noticed is shown to so many CPU seconds of other tests.
NEARBY = 90
OPTIONS = ["-x", "-q", "--no-header", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]


@dataclass(frozen=True)
class Verdict:
    """What became of a change: who noticed (empty: nobody), of how many tests, at what cost."""

    change: Change
    noticed: str
    tests: int
    seconds: float


def covering(change: Change, tests: list[Test]) -> list[Test]:
    """The tests that run the changed line, or where none does so by name, what is around it.

    A line that runs when the file is imported is covered by whoever runs the function it belongs
    to, or else anything of the file.
    """
    for first, last in (*change.lines, (1, 1 << 16)):
        found = [test for test in tests if test.runs(change.path, first, last)]
        if found:
            return sorted(found, key=lambda test: (test.cpu + 0.002) * (test.size + 50))
    return []


def nearby(change: Change, tests: list[Test], known: list[Test]) -> list[Test]:
    """Other tests that use the file of the change, or at least load it, up to a limit of CPU time.

    A line that runs on import counts for the one test that imported it; a constant is seen by
    whoever uses it, in whatever file.
    """
    names = {test.name for test in known}
    rest = [test for test in tests if change.path in test.loaded and test.name not in names]
    rest.sort(key=lambda test: (change.path not in test.lines, test.cpu))
    found, cpu = [], 0.0
    for test in rest:
        cpu += test.cpu
        if cpu > NEARBY:
            break
        found.append(test)
    return found


def rounds(tests: list[Test]) -> list[list[Test]]:
    """A short first round of the likeliest tests, and the rest."""
    first: list[Test] = []
    files: set[str] = set()
    cpu = 0.0
    for test in tests:
        name = test.name.split("::")[0]
        if cpu + test.cpu > FIRST_ROUND and first:
            break
        if name in files or len(files) < FIRST_FILES:
            files.add(name)
            first.append(test)
            cpu += test.cpu
    names = {test.name for test in first}
    return [first, [test for test in tests if test.name not in names]]


class Chosen:
    """A pytest plugin: only these tests, in this order, each with its limit of CPU time."""

    def __init__(self, tests: list[Test]) -> None:
        self.told = os.dup(1)  # pytest keeps what is printed to itself
        self.rank = {test.name: (place, test.cpu) for place, test in enumerate(tests)}
        #: A change may rename the cases of a test; then all its cases run.
        self.functions: dict[str, tuple[int, float]] = {}
        for name, rank in self.rank.items():
            self.functions.setdefault(name.partition("[")[0], rank)

    def of(self, item: pytest.Item) -> tuple[int, float]:
        """When a test comes, and what it took."""
        function = item.nodeid.partition("[")[0]
        return self.rank.get(item.nodeid, self.functions.get(function, (0, 0.0)))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leaves out what was not chosen."""
        del config
        names = {item.nodeid for item in items}
        renamed = {n.partition("[")[0] for n in self.rank if n not in names}
        kept = [
            item
            for item in items
            if item.nodeid in self.rank or item.nodeid.partition("[")[0] in renamed
        ]
        items[:] = sorted(kept, key=self.of)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Says which test begins, in case the process is ended."""
        os.write(self.told, f"\nnow {item.nodeid}\n".encode())
        limit(LEAST + TIMES * self.of(item)[1])
        return (yield)


def limit(seconds: float) -> None:
    """The kernel ends this process, and any it starts, after so many more seconds of CPU time."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    own = resource.getrusage(resource.RUSAGE_SELF)
    end = int(own.ru_utime + own.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))


def run(tests: list[Test]) -> int:
    """Runs the tests in this process, which is a child made for it; pytest's exit status."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.RLIM_INFINITY))
    limit(START)
    files = list(dict.fromkeys(test.name.split("::")[0] for test in tests))
    return int(pytest.main([*files, *OPTIONS], plugins=[Chosen(tests)]))


def noticed(tests: list[Test], log: Path) -> str:
    """Runs the tests in a child; which of them failed, or how the child ended."""
    if not tests:
        return ""
    pid = fork(lambda: run(tests), log)
    status = wait(pid, 120 + 40 * sum(test.cpu for test in tests))
    text = log.read_text(errors="replace")
    last = text.rpartition("\nnow ")[2].partition("\n")[0] if "now " in text else "import"
    if status is None:
        return f"{last} (no end)"
    if os.WIFSIGNALED(status):
        return f"{last} ({signal.Signals(os.WTERMSIG(status)).name})"
    code = os.WEXITSTATUS(status)
    if code in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        return ""
    return last if code == pytest.ExitCode.TESTS_FAILED else "import"


def wait(pid: int, seconds: float) -> int | None:
    """The wait status of a child; None, and the end of it, after so many seconds."""
    end = time.monotonic() + seconds
    pause = 0.005
    ended = False
    try:
        while time.monotonic() < end:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                ended = True
                return status
            time.sleep(pause)
            pause = min(0.1, pause * 1.5)
    finally:
        if not ended:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return None


def attempt(change: Change, tests: list[Test], scratch: Path, number: int) -> Verdict:
    """Changes the scratch copy, runs the covering tests, and puts the copy back."""
    begin = time.monotonic()
    path = scratch / change.path
    source, kept = path.read_bytes(), path.stat()
    found = covering(change, tests)
    told = ""
    try:
        path.write_bytes(change.apply(source))
        # Byte code is told apart by whole seconds and size: every change gets seconds of its own.
        os.utime(path, (number + 1, number + 1))
        for group in rounds(found):
            told = told or noticed(group, scratch.with_suffix(".log"))
        if not told:
            told = noticed(nearby(change, tests, found), scratch.with_suffix(".log"))
    finally:
        path.write_bytes(source)
        os.utime(path, (kept.st_atime, kept.st_mtime))
    return Verdict(change, told, len(found), time.monotonic() - begin)
