# SPDX-License-Identifier: BSD-3-Clause
"""
From a toggle to the painted picture
====================================

A real JupyterLab and a real headless Chromium: the explorer's "mount idmap" switch, next to a
checkbox that redraws a plain matplotlib figure into an Output widget.  Both in the same notebook
and the same run, from the click on two clocks: *changed* when the page was changed, *painted* when,
after that, an animation frame and a message have come.
"""

from __future__ import annotations

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
    PATIENCE,
    Lab,
    end,
    lab_command,
    lab_environment,
    wait_until_up,
)
from tests.conftest import CHROMIUMS, FLAGS

TOGGLES = 40

EXPLORER = """import kfuncviz as kv
kv.OwnershipExplorer("container-root-filesystem")"""

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

MEASURE = """([box, watched]) => new Promise((done) => {
  const target = document.querySelector(watched);
  const start = performance.now();
  const observer = new MutationObserver(() => {
    observer.disconnect();
    const changed = performance.now() - start;
    const painted = new MessageChannel();
    painted.port1.onmessage = () => done([changed, performance.now() - start]);
    requestAnimationFrame(() => painted.port2.postMessage(null));
  });
  observer.observe(target, { subtree: true, childList: true, attributes: true });
  document.querySelector(box).click();
})"""
EXPLORER_NAME, RIVAL_NAME = "explorer (Python-side SVG)", "matplotlib into an Output"


def times(page: Page) -> dict[str, list[list[float]]]:
    """Milliseconds of every toggle on both clocks, for both."""
    rivals = {
        EXPLORER_NAME: [".kfv-explorer input[type=checkbox]", ".kfv-fig"],
        RIVAL_NAME: [".rival input[type=checkbox]", ".rival .jp-OutputArea"],
    }
    took: dict[str, list[list[float]]] = {name: [] for name in rivals}
    for _ in range(TOGGLES):
        for name, selectors in rivals.items():
            took[name].append(page.evaluate(MEASURE, selectors))
            page.wait_for_timeout(250)
    return took


def run(page: Page, server: Lab) -> None:
    """Open the notebook, run it, toggle, print."""
    server.open(page, "toggle.ipynb")
    server.run_all(page)
    page.locator(".kfv-explorer svg").first.wait_for()
    page.locator(".rival img").first.wait_for()
    page.wait_for_timeout(2000)
    took = times(page)
    for clock, name_of_clock in enumerate(("changed", "painted")):
        median = {}
        for name, pairs in took.items():
            ordered = sorted(pair[clock] for pair in pairs)
            median[name] = statistics.median(ordered)
            p95 = ordered[int(len(ordered) * 0.95) - 1]
            print(f"  {name_of_clock}: {name:28} median {median[name]:6.1f} ms, p95 {p95:6.1f} ms")
        times_sooner = median[RIVAL_NAME] / median[EXPLORER_NAME]
        print(f"  {name_of_clock}: {times_sooner:.1f} times sooner than matplotlib")


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
        cells: list[Any] = [nbformat.v4.new_code_cell(code) for code in (EXPLORER, MATPLOTLIB)]
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
                page.set_default_timeout(PATIENCE * 1000)
                run(page, server)
                browser.close()
        finally:
            end(process)


if __name__ == "__main__":
    main()
