# SPDX-License-Identifier: BSD-3-Clause
"""
Hostile input, for as long as you like: ``make fuzz FUZZ_S=60``
===============================================================

Feeds every entrance of the project with input made from seeds, and looks whether its promises hold.
Each fault is written to a file that ``--again`` tries once more.  The last line is

    fuzz: N inputs faults: M

and the exit status 1 where there was a fault.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzzing import inputs, promises

ROOT = Path(__file__).resolve().parents[1]
#: What one input may take: CPU seconds, and bytes above what the process has at the start.
SECONDS, MEMORY = 5, 500 << 20
REPRODUCERS = ".fuzz_cache"


@dataclass(frozen=True)
class Kind:
    """A kind of input: how it is made, and what must hold."""

    make: Callable[[random.Random], Any]
    check: Callable[[Any], None]


KINDS = {
    "file": Kind(inputs.file, lambda text: promises.replayed(text, "")),
    "lines": Kind(inputs.lines, lambda text: promises.replayed(text, ".jsonl")),
    "document": Kind(inputs.document, promises.held),
    "token": Kind(inputs.token, promises.token_shown),
    "map": Kind(inputs.map_text, promises.map_checked),
    "dialect": Kind(inputs.dialect_text, promises.dialects_read),
    "paste": Kind(inputs.pasted, promises.diagnosed),
    "sitting": Kind(inputs.sitting, promises.used),
    "command": Kind(inputs.command_line, promises.commanded),
    "call": Kind(inputs.call, promises.called),
    "greedy": Kind(inputs.greedy, promises.bounded),
    "random": Kind(inputs.random_scenario, promises.random_replay),
}


class TooLong(BaseException):
    """An input took more CPU time than it may; no handler of an `Exception` swallows it."""


def main() -> int:
    """Runs the command."""
    wanted = arguments()
    signal.signal(signal.SIGPROF, too_long)
    data = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (data + MEMORY, resource.RLIM_INFINITY))
    if wanted.again:
        kept = json.loads(wanted.again.read_text("utf-8"))
        faults = [fault for fault in [tried(kept["kind"], kept["input"])] if fault]
        print(*(f"{fault}\n" for fault in faults), sep="", end="")
        return closing(1, len(faults))
    return search(wanted)


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description="Feed the project with hostile input.")
    parser.add_argument("--seconds", type=float, default=60, help="of CPU time in all")
    parser.add_argument("--inputs", type=int, help="so many inputs, whatever they take")
    parser.add_argument("--seed", default="1", help="another seed, other inputs")
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=[*KINDS], help="only these")
    parser.add_argument("--again", type=Path, metavar="FILE", help="the input of a fault")
    return parser.parse_args()


def search(wanted: argparse.Namespace) -> int:
    """Tries the kinds in turn until the time is over; tells each sort of fault once."""
    faults: Counter[str] = Counter()
    slowest = (0.0, "")
    print(f"seed {wanted.seed}: {' '.join(wanted.kind)}", flush=True)
    for number in count():
        over = number >= wanted.inputs if wanted.inputs else time.process_time() > wanted.seconds
        if over:
            break
        kind = wanted.kind[number % len(wanted.kind)]
        seed = f"{wanted.seed}/{kind}/{number}"
        data = KINDS[kind].make(random.Random(seed))  # noqa: S311 - to be repeated, not secret
        begin = time.process_time()
        fault = tried(kind, data)
        slowest = max(slowest, (time.process_time() - begin, seed))
        if fault:
            sort = re.sub(r"\d+|'.*'|\".*\"", "…", fault)
            faults[sort] += 1
            if faults[sort] == 1:
                print(f"{seed}: {fault}\n  python tools/fuzz.py --again {keep(kind, data, fault)}",
                      flush=True)  # fmt: skip
    print(f"slowest: {slowest[0]:.2f} s of CPU, {slowest[1]}")
    return closing(number, sum(faults.values()))


def closing(tries: int, faults: int) -> int:
    """The last line, and the exit status."""
    print(f"fuzz: {tries} inputs faults: {faults}")
    return 1 if faults else 0


def tried(kind: str, data: Any) -> str:
    """One input: the promise it broke, in a line; empty where all held."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        KINDS[kind].check(data)
    except promises.Broken as broken:
        return f"{kind}: {broken}"
    except TooLong:
        return f"{kind}: more than {SECONDS} s of CPU"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - exactly these are looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return ascii(f"{kind}: {type(error).__name__} at {place}: {error!s:.150}")[1:-1]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def too_long(*_: object) -> NoReturn:
    """Ends an input."""
    raise TooLong


def keep(kind: str, data: Any, fault: str) -> Path:
    """Writes an input down; the path of the file, relative to the checkout."""
    text = json.dumps({"kind": kind, "fault": fault, "input": data}, indent=1)
    name = hashlib.blake2s(text.encode(), digest_size=6).hexdigest()
    path = ROOT / REPRODUCERS / f"{kind}-{name}.json"
    path.parent.mkdir(exist_ok=True)
    (path.parent / ".gitignore").write_text("*\n")
    path.write_text(text, encoding="utf-8")
    return path.relative_to(ROOT)


if __name__ == "__main__":
    raise SystemExit(main())
