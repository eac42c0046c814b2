# SPDX-License-Identifier: BSD-3-Clause
"""
From a toggle to the painted picture
====================================

A real JupyterLab and a real headless Chromium: the "mount idmap" switch of the ownership explorer,
its frame already here or asked for, next to a checkbox that redraws a plain matplotlib figure into
an Output widget.  All in the same notebook and the same run, by turns, from the click on two
clocks: *changed* when the page was changed, *painted* when, after that, an animation frame and a
message have come.  *handler* is how long the page itself was busy with the click.

Each click comes when the page is at rest: nothing is being asked ahead any more.  What is asked for
is gone from the page, but Python has drawn it before.

Last, a cell that makes an explorer is run again, from the key press to the first painted picture.
What was measured is written to ``benchmarks/results/toggle.json``.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.conftest import (
    Lab,
    end,
    lab_command,
    lab_environment,
    wait_until_up,
)
from tests.conftest import CHROMIUMS, FLAGS

TOGGLES, WARM, OPENINGS = 50, 3, 5
RESULTS = Path(__file__).resolve().parent / "results/toggle.json"
CLOCKS = ("changed", "painted", "handler")

EXPLORER = """import kfuncviz as kv, ipywidgets as w
ours = w.VBox([kv.OwnershipExplorer("container-root-filesystem")])
ours.add_class("ours"); ours"""

MATPLOTLIB = """%matplotlib inline
import ipywidgets as w
from matplotlib.figure import Figure
from IPython.display import display
out, box = w.Output(), w.Checkbox(description="redraw")
def draw(change=None):
    figure = Figure(figsize=(9, 4)); axes = figure.subplots()
    axes.bar([0, 1, 2], [1, 1, 1]); axes.set_title(f"redrawn {box.value}")
    with out:
        out.clear_output(wait=True); display(figure)
box.observe(draw, "value"); draw(); w.VBox([box, out]).add_class("rival")"""

AGAIN = """again = w.VBox([kv.OwnershipExplorer("keep-id")])
again.add_class("again"); again"""

#: One toggle: what is clicked, what is watched.
MEASURE = """([clicked, watched]) => new Promise((done, failed) => {
  setTimeout(() => failed(new Error(`${clicked} changed nothing`)), 60000);
  const target = document.querySelector(watched);
  const took = {}, start = performance.now();
  const observer = new MutationObserver(() => {
    observer.disconnect();
    took.changed = performance.now() - start;
    const painted = new MessageChannel();
    painted.port1.onmessage = () => { took.painted = performance.now() - start; done(took); };
    requestAnimationFrame(() => painted.port2.postMessage(null));
  });
  observer.observe(target, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  document.querySelector(clicked).click();
  took.handler = performance.now() - start;
})"""
SWITCH = ".ours [data-key=mount_idmapped]"
PREFETCHED, ASKED, RIVAL = "prefetched", "asked for", "matplotlib into an Output"


def times(page: Page) -> dict[str, list[dict[str, float]]]:
    """Milliseconds of every toggle on every clock, for all three."""
    took: dict[str, list[dict[str, float]]] = {PREFETCHED: [], ASKED: [], RIVAL: []}
    for number in range(WARM + TOGGLES):
        for name, kept in took.items():
            if name == RIVAL:
                pair = [".rival input[type=checkbox]", ".rival .jp-OutputArea"]
            else:
                prepare(page, ahead=name == PREFETCHED)
                pair = [SWITCH, ".ours"]
            one = page.evaluate(MEASURE, pair)
            if number >= WARM:
                kept.append(one)
            page.wait_for_timeout(200)
    return took


def prepare(page: Page, *, ahead: bool) -> None:
    """A page at rest, as a reader leaves it: the switch's frame is here, or certainly is not."""
    page.evaluate(
        """([selector, wanted]) => {
          const { ahead } = document.querySelector(selector).closest(".kfv-explorer").explorer;
          ahead.wanted = wanted;
          if (wanted) ahead.look();
        }""",
        [SWITCH, ahead],
    )
    page.wait_for_function(
        """([selector, wanted]) => {
          const control = document.querySelector(selector);
          const { explorer } = control.closest(".kfv-explorer");
          const { memory } = explorer;
          if (explorer.busy || explorer.ahead.asking) return false;
          if (!wanted) {
            memory.edges.clear();
            memory.bases.clear();
            return true;
          }
          const on = control.getAttribute("aria-checked") !== "true";
          const event = control.dataset.event.replace('"$checked"', on);
          return memory.after(explorer.token, JSON.parse(event), null) !== undefined;
        }""",
        arg=[SWITCH, ahead],
    )
    page.evaluate("() => new Promise((done) => requestIdleCallback(done))")


def first_paints(page: Page) -> list[float]:
    """Milliseconds from running the last cell to the first painted picture, kernel warm."""
    page.evaluate(
        """() => document.addEventListener("keydown", (event) => {
          if (!event.ctrlKey || event.key !== "Enter") return;
          const start = performance.now(), cell = [...document.querySelectorAll(".jp-Cell")].at(-1);
          for (const old of cell.querySelectorAll("svg")) old.remove();
          const look = new MutationObserver(() => {
            if (!cell.querySelector(".again svg")) return;
            look.disconnect();
            const painted = new MessageChannel();
            painted.port1.onmessage = () => { window.firstPaint = performance.now() - start; };
            requestAnimationFrame(() => painted.port2.postMessage(null));
          });
          look.observe(cell, { subtree: true, childList: true });
        }, true)"""
    )
    took = []
    for _ in range(OPENINGS):
        page.locator(".jp-Notebook .jp-Cell").last.locator(".cm-content").click()
        page.evaluate("() => { window.firstPaint = null; }")
        page.keyboard.press("Control+Enter")
        page.wait_for_function("() => window.firstPaint")
        took.append(page.evaluate("window.firstPaint"))
        page.wait_for_timeout(500)
    return took


def run(page: Page, server: Lab) -> None:
    """Open the notebook, run it, toggle, print and write down."""
    server.open(page, "toggle.ipynb")
    server.run_all(page)
    page.locator(SWITCH).wait_for()
    page.locator(".rival img").first.wait_for()
    page.locator(".again svg").first.wait_for()
    page.wait_for_timeout(2000)
    took = times(page)
    opened = first_paints(page)
    summary: dict[str, Any] = {"load": os.getloadavg()[0], "toggles": TOGGLES}
    for clock in CLOCKS:
        summary[clock] = {name: spread([one[clock] for one in all_]) for name, all_ in took.items()}
        for name, (median, p95) in summary[clock].items():
            print(f"  {clock}: {name:28} median {median:6.1f} ms, p95 {p95:6.1f} ms")
    for clock in ("changed", "painted"):
        rival = summary[clock][RIVAL][0]
        for name in (PREFETCHED, ASKED):
            times_sooner = rival / summary[clock][name][0]
            print(f"  {clock}: {name}, {times_sooner:.1f} times sooner than matplotlib")
    ours = [one["handler"] for name in (PREFETCHED, ASKED) for one in took[name]]
    summary |= {"longest handler": max(ours), "first paint": spread(opened)}
    print(f"  longest handler {max(ours):.1f} ms; first paint {statistics.median(opened):.0f} ms")
    print(f"  load {summary['load']:.1f}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(summary | {"each": took}, indent=1) + "\n", encoding="utf-8")


def spread(values: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1]


def main() -> None:
    """Start both programs, measure, end them."""
    binary = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if binary is None:
        print("  no Chromium or Chrome here: nothing measured")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, socket.socket() as probe:
        base = Path(place)
        folder = base / "notebooks"
        folder.mkdir()
        codes = (EXPLORER, MATPLOTLIB, AGAIN)
        cells: list[Any] = [nbformat.v4.new_code_cell(code) for code in codes]
        notebook = nbformat.v4.new_notebook(
            cells=cells, metadata={"language_info": {"name": "python"}}
        )
        nbformat.write(notebook, folder / "toggle.ipynb")
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        server, log = Lab(f"http://127.0.0.1:{port}", "toggle", folder), base / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                lab_command(server, port), cwd=folder, env=lab_environment(base), stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            wait_until_up(server, process, log)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=binary, args=[*FLAGS])
                page = browser.new_page(viewport={"width": 1280, "height": 1400})
                page.set_default_timeout(60_000)
                run(page, server)
                browser.close()
        finally:
            end(process)


if __name__ == "__main__":
    main()
