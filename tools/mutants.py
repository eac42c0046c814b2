# SPDX-License-Identifier: BSD-3-Clause
"""
Do the tests see a change?  ``make mutants N=120 SEED=1``
=========================================================

Changes N places of the package, one at a time in a scratch copy, and runs the tests that cover
the changed line.  Prints each change that nobody noticed, and at last

    mutants: N killed: K survived: S

The places are spread evenly over all lines that can be changed, so that every room is reached, and
are the same for the same seed and the same code.  What each test covers is measured once and kept
in ``.mutants_cache`` until the code it touches changes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pickle
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from mutation import checkout, covering, trial
from mutation.sites import Change, changes, real

CACHE = ".mutants_cache"
CONFTEST = "tests/conftest.py"
#: So many test files to measure make it worth to import every library first.
MANY = 10
#: Tests that start a browser, run notebooks, go to a limit or start interpreters cost minutes, as
#: does whatever else ``make quick`` leaves out; ``--slow`` takes them too.
SLOW = (
    *("tests/browser", "tests/notebooks", "tests/kernels"),
    *("tests/cli/test_hostile.py", "tests/test_import.py"),
)
#: Tests of the checkout's form, of this tool, and of a wheel in an environment of its own; no
#: change of the code in a scratch copy is theirs to notice.
FORM = ("tests/test_house.py", "tests/test_wheel.py", "tests/tools")


def main() -> int:
    """Runs the command; 0 unless the tests are red before anything is changed."""
    wanted = arguments()
    root = wanted.root.resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    found = sample(root, paths(root, wanted), wanted.number, wanted.seed)
    if wanted.dry:
        print(*(shown(change, root) for change in found), sep="\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        pool = Pool(Path(scratch), root, wanted.jobs)
        tests, failed = covered(pool, root, wanted)
        if failed:
            print("red before anything was changed, left out:", *failed, sep="\n  ", flush=True)
        if not tests:
            print("no test is green; nothing to try", file=sys.stderr)
            return 1
        return report(try_all(pool, found, tests), wanted, root)


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description="Do the tests see a change?")
    parser.add_argument("number", nargs="?", type=int, default=120, help="how many changes to try")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--only", nargs="+", metavar="PATH", help="files or folders to change")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="test files to run, no others")
    parser.add_argument("--slow", action="store_true", help="what make quick leaves out, too")
    parser.add_argument("--dry", action="store_true", help="only print what would be changed")
    parser.add_argument("--list", action="store_true", help="survivors as diffs, with tests")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="so many at once")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--package", default="kfuncviz", help="the package below the root")
    return parser.parse_args()


# ------------------------------------------------------------------------------ what and where


def paths(root: Path, wanted: argparse.Namespace) -> list[str]:
    """The source files that may be changed, relative to the root."""
    places = wanted.only or [wanted.package]
    found: set[Path] = set()
    for place in places:
        path = root / place
        if not path.exists():
            sys.exit(f"mutants: {place}: no such file or folder in {root}")
        found |= {path} if path.is_file() else set(path.rglob("*.py"))
    return sorted(str(p.relative_to(root)) for p in found if p.name != "__main__.py")


def sample(root: Path, names: list[str], number: int, seed: int) -> list[Change]:
    """``number`` changes at as many lines, spread evenly over all lines of the files."""
    lines: dict[tuple[str, int], list[Change]] = {}
    sources = {name: (root / name).read_bytes() for name in names}
    for name in names:
        for change in changes(name, sources[name]):
            lines.setdefault((name, change.line), []).append(change)
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    weights = [max(change.weight for change in each) for each in lines.values()]
    places = list(lines)
    found = []
    for place in spread(weights, number, chance):
        options = list(lines[places[place]])
        while options:
            (change,) = chance.choices(options, [each.weight for each in options])
            if real(change, sources[change.path]):
                found.append(change)
                break
            options.remove(change)
    return found


def spread(weights: list[float], number: int, chance: random.Random) -> Iterator[int]:
    """Places at equal distances along the weights, from a random start."""
    step = sum(weights) / max(1, number)
    mark, total = chance.random() * step, 0.0
    for place, weight in enumerate(weights):
        total += weight
        if mark < total:
            yield place
            mark = max(mark + step, total)


# ------------------------------------------------------------------------- scratch and children


class Pool:
    """So many scratch copies, each with one child at work."""

    def __init__(self, scratch: Path, root: Path, jobs: int) -> None:
        self.places = [scratch / str(n) for n in range(jobs)]
        helper = scratch / "startup"
        helper.mkdir()
        (helper / "sitecustomize.py").write_text(covering.STARTUP)
        self.helper = helper
        for place in self.places:
            checkout.copy(root, place)

    def run(self, tasks: list[Callable[[Path], Any]]) -> Iterator[tuple[int, Any]]:
        """The number of each task and what it returned, or its last words, as they end."""
        waiting = list(enumerate(tasks))[::-1]
        free, busy = list(self.places), {}
        try:
            while waiting or busy:
                while waiting and free:
                    number, task = waiting.pop()
                    place = free.pop()
                    result = place.with_suffix(".result")
                    pid = checkout.fork(self.job(task, place, result), place.with_suffix(".out"))
                    busy[pid] = number, place, result
                pid, _ = os.waitpid(-1, 0)
                number, place, result = busy.pop(pid)
                free.append(place)
                if result.exists():
                    yield number, pickle.loads(result.read_bytes())  # noqa: S301 - our own
                    result.unlink()
                else:
                    log = place.with_suffix(".out").read_text(errors="replace")
                    yield number, log.strip().rpartition("\n")[2]
        finally:
            for pid in busy:
                os.kill(pid, signal.SIGTERM)

    def job(self, task: Callable[[Path], Any], place: Path, result: Path) -> Callable[[], int]:
        """What a child does: the task at its place, and the result into a file."""

        def job() -> int:
            checkout.enter(place, self.helper)
            result.write_bytes(pickle.dumps(task(place)))
            return 0

        return job


# --------------------------------------------------------------------------- which test, which line


def targets(root: Path, wanted: argparse.Namespace) -> list[str]:
    """What is measured in one go: each test file, and the doctests of each folder."""
    if wanted.tests:
        return [str((root / name).relative_to(root)) for name in wanted.tests]
    files = [str(p.relative_to(root)) for p in sorted((root / "tests").rglob("test_*.py"))]
    rest = [name for name in files if not name.startswith(FORM)]
    package = root / wanted.package
    doctests = [str(p.relative_to(root)) for p in sorted(package.iterdir()) if has_code(p)]
    return [name for name in rest if wanted.slow or not name.startswith(SLOW)] + doctests


def has_code(path: Path) -> bool:
    """Whether doctests may stand there."""
    module = path.suffix == ".py" and path.name != "__main__.py"
    return module or (path.is_dir() and any(path.rglob("*.py")))


def covered(
    pool: Pool, root: Path, wanted: argparse.Namespace
) -> tuple[list[covering.Test], list[str]]:
    """All tests with the lines they run, and those that are red; measures what is not known."""
    common = covering.digest_of(
        path
        for place in ("data", "tests/data", CONFTEST)
        for path in (root / place, *(root / place).rglob("*"))
        if path.is_file()
    )
    own = covering.digest(Path(covering.__file__))
    answers: dict[str, covering.Answer] = {}
    missing = []
    for target in targets(root, wanted):
        what = f"{target} {covering.digest(root / target)} {wanted.slow}"
        key = f"{own} {sys.version_info[:2]} {common} {what}"
        kept = root / CACHE / f"{hashlib.blake2s(key.encode(), digest_size=12).hexdigest()}.pickle"
        answer = pickle.loads(kept.read_bytes()) if kept.exists() else None  # noqa: S301
        if answer and all(covering.digest(root / p) == d for p, d in answer.files.items()):
            answers[target] = answer
        else:
            missing.append((target, kept))
    checkout.warm(checkout.ALWAYS + checkout.LIBRARIES * (len(missing) > MANY))
    (root / CACHE).mkdir(exist_ok=True)
    (root / CACHE / ".gitignore").write_text("*\n")
    tasks = [measuring(wanted, target) for target, _ in missing]
    begin = time.monotonic()
    for number, answer in pool.run(tasks):
        target, kept = missing[number]
        if isinstance(answer, str):
            answer = covering.Answer({}, [], [f"{target} (not measured: {answer})"], set())  # noqa: PLW2901
        else:
            kept.write_bytes(pickle.dumps(answer))
        answers[target] = answer
    checkout.warm(sorted({name for answer in answers.values() for name in answer.libraries}))
    tests = [test for answer in answers.values() for test in answer.tests]
    failed = [name for answer in answers.values() for name in answer.failed]
    took = time.monotonic() - begin
    print(f"{len(tests)} tests in {len(answers)} files, "
          f"{len(missing)} files measured in {took:.0f} s", flush=True)  # fmt: skip
    return tests, failed


def measuring(wanted: argparse.Namespace, target: str) -> Callable[[Path], covering.Answer]:
    """The task of measuring one target."""
    options = ["-q", "--no-header", "--tb=short", "--assert=plain", "-p", "no:cacheprovider"]
    if target.startswith("tests/") and not wanted.slow and (wanted.root / CONFTEST).exists():
        options += ["--quick", "--families"]
    return lambda scratch: covering.measure(scratch, wanted.package, target, options)


# ---------------------------------------------------------------------------------------- verdicts


def try_all(pool: Pool, found: list[Change], tests: list[covering.Test]) -> Iterator[trial.Verdict]:
    """What becomes of each change, as it is known."""

    def trying(number: int, change: Change) -> Callable[[Path], trial.Verdict]:
        return lambda scratch: trial.attempt(change, tests, scratch, number)

    for number, verdict in pool.run([trying(*each) for each in enumerate(found)]):
        if isinstance(verdict, str):
            verdict = trial.Verdict(found[number], f"trial died: {verdict}", 0, 0)  # noqa: PLW2901
        yield verdict


def report(verdicts: Iterator[trial.Verdict], wanted: argparse.Namespace, root: Path) -> int:
    """Prints each verdict as it comes, then survivors, the score of each room, and the line."""
    done = []
    for verdict in verdicts:
        done.append(verdict)
        place = f"{verdict.change.path}:{verdict.change.line}"
        word = f"killed by {verdict.noticed}" if verdict.noticed else "SURVIVED"
        print(f"{len(done):4} {verdict.seconds:6.1f} s  {place}  {word}", flush=True)
    survivors = sorted(
        (v for v in done if not v.noticed), key=lambda v: (v.change.path, v.change.line)
    )
    for verdict in survivors:
        tests = verdict.tests if wanted.list else None
        print(shown(verdict.change, root, tests))
    rooms = Counter(room(v.change.path) for v in done)
    lost = Counter(room(v.change.path) for v in survivors)
    print("\n" + "  ".join(f"{name} {n - lost[name]}/{n}" for name, n in sorted(rooms.items())))
    print(f"mutants: {len(done)} killed: {len(done) - len(survivors)} survived: {len(survivors)}")
    return 0


def room(path: str) -> str:
    """The part of the package a file belongs to."""
    return path.split("/")[1].removesuffix(".py") if "/" in path else path


def shown(change: Change, root: Path, tests: int | None = None) -> str:
    """Where, before, after; as a diff where the number of covering tests is given."""
    if tests is None:
        return f"\n{change.path}:{change.line}\n  - {change.before}\n  + {change.after}"
    source = (root / change.path).read_bytes()
    old, new = source.decode(), change.apply(source).decode()
    diff = unified_diff(old.splitlines(), new.splitlines(), change.path, change.path, "", "", 1, "")
    head = f"\n{change.path}:{change.line} survived {tests} tests"
    return "\n".join([head, *list(diff)[2:]])


if __name__ == "__main__":
    raise SystemExit(main())
